import Testing

/// Scenes at real terminals and of real services, played by `Terminal/driver.py`.
@Suite struct DrivenTests {
    @Test(arguments: [
        "a_terminal_stays_a_terminal",
        "what_is_no_terminal_stays_none",
        "input_from_a_pipe_and_output_to_a_terminal",
        "a_new_size_reaches_the_program",
        "keys_that_signal",
        "lines_and_the_end_of_input",
        "a_program_that_reads_keys",
        "the_terminal_is_put_back_on_every_way_out",
        "a_terminal_that_controls_nothing",
        "what_is_typed_and_what_goes_to_the_terminal_is_masked",
        "a_prompt_that_begins_like_a_secret_shows",
        "a_hang_up_reaches_the_program",
        "what_the_program_leaves_behind_on_a_terminal_holds_nobody_up",
        "a_long_text_on_a_terminal_is_whole",
    ])
    func `at a terminal`(scenario: String) throws { try play(scenario) }

    @Test(arguments: [
        "a_stop_and_a_return",
        "a_program_that_stops_itself_goes_on_in_the_background",
        "started_in_the_background",
        "a_pipeline_shares_the_keyboard",
        "a_shell_inside",
    ])
    func `under a shell's job control`(scenario: String) throws { try play(scenario) }

    @Test(arguments: [
        "signals_reach_the_whole_group",
        "a_signal_that_ends_the_program_is_the_status",
        "what_nohup_ignores_stays_ignored",
        "a_stop_without_a_terminal",
        "the_program_does_not_outlive_its_watcher",
        "memory_does_not_grow_with_a_slow_reader",
        "a_message_is_not_held_back",
        "orphans_do_not_pile_up",
    ])
    func `without a terminal`(scenario: String) throws { try play(scenario) }

    private func play(_ scenario: String) throws {
        let folder = String(#filePath.dropLast("Supervision/DrivenTests.swift".count)) + "Terminal"
        let child = try Child.run(["python3", folder + "/driver.py", Child.probe, scenario])
        #expect(child.status == 0, "\(scenario): \(child.errors.text)")
    }
}
