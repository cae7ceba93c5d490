import Testing

@testable import Launch

@Suite struct WiringTests {
    typealias Case = (Wiring.Stream, Wiring.Stream, Wiring.Stream, Bool, [Wiring.Place], Bool)

    static let cases: [Case] = [
        // A person at work.
        (.terminal, .terminal, .terminal, true, [.terminal, .terminal, .terminal], true),
        (.terminal, .terminal, .other, false, [.terminal, .terminal, .pipe], true),
        (.terminal, .terminal, .closed, false, [.terminal, .terminal, .inherited], true),
        // Pipelines: input is never touched, what was a terminal stays one.
        (.terminal, .other, .terminal, false, [.inherited, .pipe, .terminal], false),
        (.other, .terminal, .terminal, true, [.inherited, .terminal, .terminal], false),
        (.other, .terminal, .other, false, [.inherited, .terminal, .pipe], false),
        // Services: apart, unless both go to one place.
        (.other, .other, .other, false, [.inherited, .pipe, .pipe], false),
        (.other, .other, .other, true, [.inherited, .pipe, .sameAsOutput], false),
        (.closed, .closed, .closed, false, [.inherited, .inherited, .inherited], false),
        (.closed, .other, .closed, false, [.inherited, .pipe, .inherited], false),
    ]

    @Test(arguments: cases)
    func `each stream stays what it is`(_ each: Case) {
        let wiring = Wiring(input: each.0, output: each.1, errors: each.2, errorsGoWhereOutputGoes: each.3)
        #expect([wiring.input, wiring.output, wiring.errors] == each.4)
        #expect(wiring.hasSession == each.5)
        #expect(wiring.needsTerminal == each.4.dropFirst().contains(.terminal))
    }
}
