internal import Findings
internal import SecretStore
internal import Secrets

/// One question to a service that keeps a slot's key. libcurl is opened with it, and closed after it.
struct SealTransport {
    let address: ServerAddress
    /// A file with the authority that is believed instead of the system's.
    var authority: String?
    /// How long it may take: a server that starts tries another slot then.
    private static let seconds = 15
    private static let mostAnswerBytes = 65_536

    /// Reads an address.
    ///
    /// - Throws: `KF-STORE-029`, with why the address is none.
    static func address(_ text: String) throws(StoreError) -> ServerAddress {
        do throws(RemoteError) { return try ServerAddress(text) } catch {
            throw .serviceRefused("its address cannot be used: \(error.message)")
        }
    }

    /// What is to be sent.
    struct Question {
        var target: String
        var body: [UInt8]
        var contentType = "application/json"
        /// Header lines, each a name and a value; some are secrets.
        var headers: [(name: String, value: Secret<String>)] = []
        var token: Secret<String>?
    }

    /// Asks with POST.
    ///
    /// - Returns: The status and the members of the answer.
    /// - Throws: `KF-STORE-037` when there is no answer, and `KF-STORE-029` when it is a refusal: with what `code` finds in
    ///   it, and nothing else of it.
    func ask(_ question: Question, code: (JSONObject) -> String?) throws(StoreError) -> JSONObject {
        var body = question.body
        defer { body.wipe() }
        var lines: [UInt8] = []
        defer { lines.wipe() }
        for header in question.headers {
            lines += Array("\(header.name): ".utf8)
            unsafe header.value.withUnsafeBytes { unsafe lines.append(contentsOf: $0) }
            lines.append(0)
        }
        var answer: HTTPClient.Answer
        do throws(RemoteError) {
            var connection = try ServerConnection(address, token: question.token)
            connection.seconds = Self.seconds
            connection.authority = authority
            let client = try HTTPClient(connection)
            answer = try client.send(
                "POST",
                question.target,
                body: body,
                token: question.token,
                headerLines: lines,
                contentType: question.contentType
            )
        } catch {
            throw .serviceUnavailable("\(error.code), \(error.message)")
        }
        defer { answer.wipe() }
        return try Self.members(of: answer, code)
    }

    private static func members(
        of answer: HTTPClient.Answer,
        _ code: (JSONObject) -> String?
    ) throws(StoreError) -> JSONObject {
        let members = answer.body.count <= mostAnswerBytes ? try? JSONValue(parsing: answer.body).asObject : nil
        if (200...299).contains(answer.status) {
            guard let members else { throw .serviceRefused("its answer is not what it answers") }
            return members
        }
        let said = members.flatMap(code).map { shortened($0) } ?? ""
        let text = "HTTP status \(answer.status)" + (said.isEmpty ? "" : ", \(said)")
        // 429 and 5xx are of the moment.
        if answer.status == 429 || answer.status >= 500 { throw .serviceUnavailable(text) }
        throw .serviceRefused(text)
    }

    /// A code as it may be shown: a short word.
    private static func shortened(_ code: String) -> String {
        String(String.UnicodeScalarView(code.unicodeScalars.prefix(80).filter { (0x20...0x7E).contains($0.value) }))
    }
}
