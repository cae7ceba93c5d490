import Findings
import Secrets
import Testing

@testable import Server

@Suite("AWS rules")
struct AWSRulesTests {
    private static let subject = SecretFilter.Subject(
        name: "Prod/Database",
        description: "The main Database of payments",
        tags: ["Team": "Blue", "tier": "gold"]
    )

    @Test(
        "Filters find by prefix, and a ! turns them around",
        arguments: [
            (SecretFilter.Key.name, ["Prod"], true), (.name, ["prod"], false), (.name, ["Database"], false),
            (.name, ["x", "Prod/"], true), (.name, ["!Prod"], false), (.name, ["!Dev"], true),
            (.name, ["!Dev", "!Prod"], false), (.description, ["the MAIN"], true), (.description, ["main"], false),
            (.tagKey, ["Te"], true), (.tagKey, ["te"], false), (.tagKey, ["tier"], true), (.tagKey, ["!tier"], false),
            (.tagValue, ["Blue"], true), (.tagValue, ["Red"], false), (.all, ["database"], true),
            (.all, ["payments main"], true), (.all, ["blue"], true), (.all, ["nothing"], false), (.all, ["data"], true),
            (.all, ["!nothing"], true), (.primaryRegion, ["eu"], false), (.primaryRegion, ["!eu"], true),
            (.owningService, ["rds"], false),
        ]
    )
    func filters(key: SecretFilter.Key, values: [String], isMet: Bool) {
        #expect(SecretFilter(key: key, values: values).matches(Self.subject) == isMet)
    }

    @Test("A filter with another key or with odd characters is refused")
    func oddFilters() {
        func read(_ filter: String) -> AWSError? {
            AWSWireTests.refusal(#"{"Filters":[\#(filter)]}"#) { members in
                _ = try SecretFilter.list(&members)
                try members.finish()
            }
        }
        #expect(read(#"{"Key":"name","Values":["!a b/c"]}"#) == nil)
        #expect(read(#"{"Key":"nothing","Values":["a"]}"#) != nil)
        #expect(read(#"{"Key":"name","Values":["a*"]}"#)?.code == .validation)
        #expect(read(#"{"Key":"name"}"#)?.code == .invalidParameter)
        #expect(read(#"{"Key":"name","Values":[]}"#)?.code == .validation)
        #expect(read(#""name""#)?.code == .serialization)
    }

    @Test(
        "Schedules are read",
        arguments: [
            "rate(4 hours)", "rate(1 day)", "rate(10 days)", "cron(0 8 1 * ? *)", "cron(0 0 ? * SUN#1 *)",
            "cron(0 0/4 ? * MON-FRI *)", "cron(0 8 L * ? *)", "cron(0 8 15W * ? *)", "cron(0 16 ? * 6L 2026)",
            "cron(0 0,8,16 1,15 JAN,JUL ? *)", "cron(0 */6 * * ? *)",
        ]
    )
    func schedules(text: String) { #expect(ScheduleExpression(text) != nil) }

    @Test(
        "What is no schedule, or more often than every four hours, is refused",
        arguments: [
            "", "rate()", "rate(3 hours)", "rate(1 days)", "rate(2 day)", "rate(0 days)", "rate(-4 hours)",
            "rate(10 weeks)",
            "rate(10 days", "rate(99999999999999999999 days)", "rate(1001 days)", "every day", "cron(0 8 1 * ?)",
            "cron(0 8 1 * ? * *)", "cron(5 8 1 * ? *)", "cron(0 24 1 * ? *)", "cron(0 8 1 * 1 *)", "cron(0 8 ? * ? *)",
            "cron(0 * 1 * ? *)", "cron(0 */3 1 * ? *)", "cron(0 8,10 1 * ? *)", "cron(0 2,23 1 * ? *)",
            "cron(0 8-12 1 * ? *)",
            "cron(0 8 32 * ? *)", "cron(0 8 1 13 ? *)", "cron(0 8 ? * 8 *)", "cron(0 8 ? * MON#6 *)",
            "cron(0 8 1 * ? 1969)",
            "cron(0 /4 1 * ? *)", "cron(0 8 , * ? *)", "cron(0 8 1- * ? *)",
        ]
    )
    func noSchedules(text: String) { #expect(ScheduleExpression(text) == nil) }

    @Test("Rules of rotation do not contradict themselves")
    func rotationRules() throws {
        func read(_ rules: String) -> AWSError? {
            AWSWireTests.refusal(#"{"RotationRules":{\#(rules)}}"#) { _ = try RotationRules(&$0) }
        }
        #expect(read(#""AutomaticallyAfterDays":30"#) == nil)
        #expect(read(#""ScheduleExpression":"rate(4 hours)","Duration":"4h""#) == nil)
        #expect(read(#""ScheduleExpression":"rate(4 hours)","Duration":"5h""#)?.code == .invalidParameter)
        #expect(read(#""AutomaticallyAfterDays":30,"ScheduleExpression":"rate(10 days)""#)?.code == .invalidParameter)
        #expect(read(#""AutomaticallyAfterDays":0"#)?.code == .validation)
        #expect(read(#""AutomaticallyAfterDays":1001"#)?.code == .validation)
        #expect(read(#""AutomaticallyAfterDays":3,"Duration":"25h""#)?.code == .invalidParameter)
        #expect(read(#""Duration":"3m""#)?.code == .validation)
        #expect(read(#""ScheduleExpression":"sometimes""#)?.code == .invalidParameter)
        let rules = RotationRules(afterDays: 30, schedule: nil, duration: "3h")
        #expect(RotationRules(stored: rules.json) == rules)
    }

    @Test("Passwords have the asked length and types, and nothing that is excluded")
    func passwords() throws {
        var generator = SystemRandomNumberGenerator()
        for length in [4, 5, 32, 4096] {
            var wanted = RandomPassword()
            wanted.length = length
            wanted.excludedCharacters = "abc\"\\'é"
            let password = try wanted.make(using: &generator).reveal()
            #expect(password.utf8.count == length)
            #expect(password.allSatisfy { !"abc\"\\'".contains($0) && $0 != " " })
            #expect(password.contains(where: \.isLowercase) && password.contains(where: \.isUppercase))
            #expect(password.contains(where: \.isNumber) && password.contains { $0.isPunctuation || $0.isSymbol })
        }
    }

    @Test("A password that cannot be is refused")
    func noPasswords() {
        var generator = SystemRandomNumberGenerator()
        var wanted = RandomPassword()
        wanted.length = 3
        #expect(throws: AWSError(.invalidParameter, "Password length is too short based on the required types.")) {
            try wanted.make(using: &generator)
        }
        wanted.requiresEachType = false
        #expect(throws: Never.self) { try wanted.make(using: &generator) }
        (wanted.excludesLowercase, wanted.excludesUppercase, wanted.excludesNumbers) = (true, true, true)
        wanted.excludesPunctuation = true
        #expect(throws: AWSError.self) { try wanted.make(using: &generator) }
        wanted.includesSpace = true
        #expect(throws: Never.self) { try wanted.make(using: &generator) }
    }

    @Test("Every character of a password is as likely as another")
    func uniform() throws {
        var generator = SystemRandomNumberGenerator()
        var wanted = RandomPassword()
        wanted.length = 4096
        wanted.requiresEachType = false
        var counts: [Character: Int] = [:]
        for _ in 0..<23 {
            for character in try wanted.make(using: &generator).reveal() { counts[character, default: 0] += 1 }
        }
        // 94 characters, about 1002 each with a deviation of about 32: eight of them are never reached by chance.
        #expect(counts.count == 94)
        #expect(counts.values.allSatisfy { abs($0 - 1002) < 250 })
    }
}
