import Findings
import RemoteStores

extension KeyfolioCommand {
    /// Says what was done: one document, or a sentence for people.
    func finish(_ document: JSONValue, saying sentence: String) -> ExitStatus {
        if display.json { Terminal.tell(document) } else { Terminal.say(VisibleText.escape(sentence)) }
        return .success
    }

    /// Shows a secret that the server shows this once: it goes to standard output alone.
    ///
    /// - Parameters:
    ///   - record: What was issued.
    ///   - member: The secret's name in it.
    ///   - sentence: What is said about it, without the secret.
    func showOnce(_ record: Record, _ member: String, saying sentence: String) -> ExitStatus {
        if display.json {
            Terminal.tell(record.json)
            return .success
        }
        let isRead = Terminal.outputIsTerminal
        Terminal.say(VisibleText.escape(sentence) + (isRead ? " It is shown this once:" : ""))
        Terminal.write(record.text(member) + (isRead ? "\n" : ""))
        return .success
    }

    /// Shows records as a table, or as the list of a document.
    ///
    /// - Parameters:
    ///   - records: What to show.
    ///   - name: The list's name in the document.
    ///   - columns: A column's title, and what stands in it.
    func show(_ records: [Record], _ name: String, columns: [(String, (Record) -> String)]) -> ExitStatus {
        if display.json {
            Terminal.tell(.object(JSONObject(name, .array(records.map(\.json)))))
            return .success
        }
        var table = TextTable(titles: columns.map(\.0))
        for record in records { table.add(columns.map { $0.1(record) }) }
        table.write()
        return .success
    }
}

extension JSONObject {
    /// An object of one member.
    init(_ name: String, _ value: JSONValue) {
        self.init()
        self[name] = value
    }
}

extension JSONValue {
    /// Texts as an array.
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}

extension Record {
    /// Texts in one cell of a table.
    func joined(_ name: String) -> String { texts(name).joined(separator: ", ") }
}
