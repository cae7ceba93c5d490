import ArgumentParser
import Findings
import Workspace

/// `keyfolio audit`: the log of every decision.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show, verify and export the log of every decision.",
        discussion: """
            Examples:
              keyfolio audit show --last 20
              keyfolio audit query --action 'secret.*' --outcome denied --since 7d
              keyfolio audit report --month 2026-11
              keyfolio audit verify
              keyfolio audit export > audit.jsonl
              keyfolio audit verify --file audit.jsonl --public-key KEY
            """,
        subcommands: [
            AuditShowCommand.self, AuditQueryCommand.self, AuditReportCommand.self, AuditVerifyCommand.self,
            AuditExportCommand.self, AuditAcceptRollbackCommand.self,
        ],
        defaultSubcommand: AuditShowCommand.self
    )
}

/// `keyfolio audit show`.
struct AuditShowCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the newest records of the log.",
        discussion: """
            Examples:
              keyfolio audit show
              keyfolio audit show --last 200 --json
            """
    )

    @Option(help: ArgumentHelp("How many records, the newest ones.", valueName: "count"))
    var last: Int = 50

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        guard last > 0 else {
            throw CommandFailure(
                "KF-USAGE-003",
                "a count is a number from 1",
                fix: "keyfolio audit show --last 20",
                status: .usage
            )
        }
        let store = try place.openStore()
        let records = try store.auditRecords(last: last)
        if display.json {
            let document: JSONValue = ["records": .array(records.map(\.json))]
            Terminal.tell(document)
            return .success
        }
        var table = TextTable(titles: ["NUMBER", "TIME", "WHO", "ACTION", "WHAT", "OUTCOME"])
        for record in records {
            table.add([
                String(record.number), record.time, record.principal, record.action, record.what, record.outcome,
            ])
        }
        table.write()
        return .success
    }
}

/// `keyfolio audit verify`.
struct AuditVerifyCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no record was changed, removed or reordered.",
        discussion: """
            Without --file the store's own log and rows are checked. An export is checked
            with nothing but its public key, on any machine. Without --public-key that is
            the key in the file, which says only that the file is one whole.

            With --checkpoint the store's own log must also lead through the signed heads
            in a copy, an earlier export or what a server's audit sink wrote: a log that
            was written anew, cut off or put back to an old state does not.

            Examples:
              keyfolio audit verify
              keyfolio audit verify --checkpoint /var/log/keyfolio/audit.jsonl
              keyfolio audit verify --file audit.jsonl --public-key KEY
            """
    )

    @Option(help: ArgumentHelp("Check this export instead.", valueName: "file"), completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp("The log must lead through this copy's signed heads.", valueName: "file"),
        completion: .file()
    )
    var checkpoint: String?

    @Option(help: ArgumentHelp("The public key that the export must be signed with.", valueName: "key"))
    var publicKey: String?

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard file == nil || checkpoint == nil else {
            throw ValidationError(
                "--file and --checkpoint cannot both be given: one is checked alone, one with the store."
            )
        }
    }

    func execute() throws -> ExitStatus {
        let verdict: AuditVerdict
        if let checkpoint {
            verdict = try place.openStore().verifyAudit(checkpoints: checkpoint, publicKey: publicKey)
        } else if let file {
            verdict = ProjectStore.verifyAudit(export: try Files.read(file, limit: 1 << 30), publicKey: publicKey)
        } else {
            verdict = try place.openStore().verifyAudit()
        }
        if display.json {
            Terminal.tell(verdict.json)
        } else if let problem = verdict.problem {
            Terminal.say("The log is not intact: \(problem)")
        } else if verdict.isAuthenticated {
            Terminal.say("The log is intact: \(verdict.count) records, signed with \(verdict.publicKey).")
            if let count = verdict.checkpoints {
                Terminal.say("It leads through every signed head of the copy: \(count).")
            }
            if verdict.unreadableCheckpoints > 0 {
                Terminal.say(
                    "\(verdict.unreadableCheckpoints) lines of the copy are torn or changed, and were passed over."
                )
            }
        } else {
            // Anybody can write such a file; only the key tells whose it is.
            Terminal.say(
                """
                The log is intact in itself (\(verdict.count) records), but signed by a key that the file itself brings:
                \(verdict.publicKey)
                Give --public-key with the key that you know, to learn whether it is the store's.
                """
            )
        }
        return verdict.problem == nil ? .success : .corrupt
    }
}

/// `keyfolio audit export`.
struct AuditExportCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the whole log as JSON Lines, with its signed head and public key.",
        discussion: """
            Keep an export elsewhere from time to time: it convicts a log that was written
            anew.

            Examples:
              keyfolio audit export > audit.jsonl
            """
    )

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        var lines = 0
        try place.openStore().exportAudit { bytes in
            lines += bytes.count { $0 == 0x0A }
            Terminal.write(bytes)
        }
        if display.json { Terminal.tell(["lines": .integer(lines)], asData: false) }
        return .success
    }
}

/// `keyfolio audit accept-rollback`.
struct AuditAcceptRollbackCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-rollback",
        abstract: "Go on with a store that is older than the last write.",
        discussion: """
            The position of the last write is kept beside the key. A store that is behind
            it was replaced by an old copy, and no command opens it: what was written since
            is missing. If the old copy is what you want, this accepts it, once, and the
            log says so.

            Examples:
              keyfolio audit accept-rollback
            """
    )

    @OptionGroup var place: SecretPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        let store = try place.openStore(acceptRollback: true)
        let verdict = try store.verifyAudit()
        if display.json {
            Terminal.tell(verdict.json)
        } else {
            Terminal.say("The store is in use as it is: \(verdict.count) records.")
        }
        return verdict.problem == nil ? .success : .corrupt
    }
}
