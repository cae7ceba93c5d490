import Foundation
import Logging
import Testing

@testable import PortfolioBackend

struct LineLogHandlerTests {
    private static let hostile = "a\nlevel=CRITICAL \"quoted\" \\ \u{1B}[31m \u{2028} \u{85} ä"

    private func line(_ format: Settings.LogFormat, level: Logger.Level = .info) -> String {
        let log = CapturedLog()
        let logger = Logger(label: "test") { _ in
            LineLogHandler(level: level, format: format, output: log.append)
        }
        logger.info("\(Self.hostile)", metadata: ["key": "\(Self.hostile)", "plain": "word", "empty": ""])
        return log.text
    }

    @Test func `JSON is one line and gives back what went in`() throws {
        let line = line(.json)
        #expect(line.hasSuffix("}\n") && line.filter { $0.isNewline }.count == 1)
        let fields = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(fields["message"] == Self.hostile && fields["key"] == Self.hostile)
        #expect(fields["level"] == "INFO" && fields["plain"] == "word")
        #expect(fields["time"]?.hasSuffix("Z") == true)
    }

    @Test func `text is one line without control characters`() {
        let line = line(.text)
        #expect(line.dropLast().unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(line.contains(" plain=word") && line.contains(" empty=\"\"") && line.contains("ä"))
        #expect(!line.contains("\u{2028}"))
    }

    @Test func `what is below the level is not written`() {
        #expect(line(.text, level: .warning).isEmpty)
    }
}
