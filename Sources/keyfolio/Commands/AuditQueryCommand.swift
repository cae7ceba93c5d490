import ArgumentParser
import Findings
import Workspace

/// The options that say which store's log is meant. Not those of a secret's place: `--path` here is a filter.
struct AuditPlaceOptions: ParsableArguments {
    @OptionGroup var project: ProjectOptions
    @OptionGroup var storeOptions: StoreOptions

    func openStore() throws -> ProjectStore { try SecretPlace(project: project.place(storeOptions)).openStore() }
}

/// `keyfolio audit query`.
struct AuditQueryCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Search the log: who, what, when, from where, how it ended.",
        discussion: """
            An option that is given several times means any of its values; several options
            mean all of them. A * at the end of a value stands for the rest. A time is a
            moment (2026-11-24T10:00:00Z), a date in UTC, or how long ago (45s, 30m, 24h,
            7d, 2w). The newest records come first.

            Examples:
              keyfolio audit query --principal user:ada --since 7d
              keyfolio audit query --action 'secret.*' --path 'shop/production*'
              keyfolio audit query --outcome denied --since 2026-11-01 --until 2026-11-30
              keyfolio audit query --address 10.0.0.0/8 --json
              keyfolio audit query --path 'sys/policies/*'
              keyfolio audit query --trace 4bf92f3577b34da6a3ce929d0e0e4736
            """
    )

    @Option(help: ArgumentHelp("Who asked.", valueName: "principal"))
    var principal: [String] = []

    @Option(help: ArgumentHelp("What was asked for: secret.read, 'secret.*'.", valueName: "action"))
    var action: [String] = []

    @Option(help: ArgumentHelp("The secret, or 'folder/*'; sys/policies/ops.", valueName: "path"))
    var path: [String] = []

    @Option(help: ArgumentHelp("How it ended: allowed, denied, failed; begins.", valueName: "outcome"))
    var outcome: [String] = []

    @Option(name: .customLong("protocol"), help: ArgumentHelp("Through which protocol.", valueName: "protocol"))
    var wire: [String] = []

    @Option(help: ArgumentHelp("From which address or range.", valueName: "address"))
    var address: [String] = []

    @Option(help: ArgumentHelp("By which credential: a token's accessor, a key's id.", valueName: "session"))
    var session: [String] = []

    @Option(help: ArgumentHelp("In which trace: the trace-id of a traceparent.", valueName: "trace"))
    var trace: [String] = []

    @Option(help: ArgumentHelp("Not before this time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Before this time; a date means its end.", valueName: "time"))
    var until: String?

    @Option(
        name: [.customShort("n"), .customLong("limit")],
        help: ArgumentHelp("How many records.", valueName: "count")
    )
    var limit = 50

    @Option(help: ArgumentHelp("Go on after this record, where the answer before said next.", valueName: "number"))
    var after: Int?

    @Flag(help: "The oldest records first.")
    var reverse = false

    @OptionGroup var place: AuditPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func execute() throws -> ExitStatus {
        guard limit > 0 else {
            throw CommandFailure(
                "KF-USAGE-003",
                "a count is a number from 1",
                fix: "keyfolio audit query -n 20",
                status: .usage
            )
        }
        var question = AuditQuestion()
        question.principals = principal
        question.actions = action
        question.paths = path
        question.outcomes = outcome
        question.protocols = wire
        question.addresses = address
        question.sessions = session
        question.traces = trace
        question.since = since
        question.until = until
        question.limit = limit
        question.after = after
        question.isOldestFirst = reverse
        let (records, next) = try place.openStore().auditRecords(question)
        if display.json {
            Terminal.tell(["records": .array(records.map(\.json)), "next": .integer(orNull: next)])
            return .success
        }
        var table = TextTable(titles: ["NUMBER", "TIME", "WHO", "ACTION", "WHAT", "OUTCOME", "FROM"])
        for record in records {
            table.add([
                String(record.number), record.time, record.principal, record.action, record.what, record.outcome,
                record.origin,
            ])
        }
        table.write()
        if let next { Terminal.say("There may be more: go on with --after \(next).") }
        return .success
    }
}

/// `keyfolio audit report`.
struct AuditReportCommand: KeyfolioCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Review access: who read or changed what in a period, and what nobody read.",
        discussion: """
            Counts the records of a period by who, what and action, what was refused apart
            from the rest. Times are those of keyfolio audit query. Which secrets nobody
            read takes the right to list them as well: without it, that is passed over.

            Examples:
              keyfolio audit report --month 2026-11
              keyfolio audit report --since 30d --by secret
              keyfolio audit report --month 2026-11 --json > review.json
            """
    )

    @Option(help: ArgumentHelp("Not before this time.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Before this time; a date means its end.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("A whole month in UTC, such as 2026-11.", valueName: "month"))
    var month: String?

    @Option(help: ArgumentHelp("Order by principal or secret.", valueName: "what"))
    var by = "principal"

    @OptionGroup var place: AuditPlaceOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard month == nil || (since == nil && until == nil) else {
            throw ValidationError("--month is a period of its own: leave --since and --until away.")
        }
        guard AccessSummary.groupings.contains(by) else {
            let near = Suggest.nearest(to: by, among: AccessSummary.groupings).map { " Did you mean '\($0)'?" } ?? ""
            throw ValidationError("--by is one of: \(AccessSummary.groupings.joined(separator: ", ")).\(near)")
        }
    }

    func execute() throws -> ExitStatus {
        let report = try place.openStore().accessReport(from: since, until: until, month: month)
        if display.json {
            Terminal.tell(report.json(by: by))
            return .success
        }
        Terminal.write("Access \(report.period)\n\n")
        write(report.rows(by: by, denied: false), count: "COUNT")
        let denied = report.rows(by: by, denied: true)
        if !denied.isEmpty {
            Terminal.write("\nRefused\n\n")
            write(denied, count: "REFUSED")
        }
        if !report.unread.isEmpty {
            Terminal.write("\nSecrets that nobody read\n\n")
            for path in report.unread { Terminal.write("\(path)\n") }
        }
        for one in report.passedOver { Terminal.say("Passed over: \(one.what). It takes \(one.right).") }
        if report.omitted > 0 {
            Terminal.say("\(report.omitted) records are in no row: choose a shorter period.")
        }
        return .success
    }

    private func write(_ rows: [[String]], count: String) {
        var table = TextTable(titles: ["WHO", "WHAT", "ACTION", count, "FIRST", "LAST"])
        for row in rows { table.add(row) }
        table.write()
    }
}
