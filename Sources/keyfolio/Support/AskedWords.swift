import Findings
import RemoteStores
import SecretStore

/// The words of a command line that a server is asked with: what it says of them is said in those words, not in the names
/// that its API has for them, and a name that is not there is answered with the one that was probably meant.
struct AskedWords {
    /// What is typed, by the member of the API that it becomes: `--for` for `seconds`.
    var typed: [String: String] = [:]
    var principals: [String] = []
    var roles: [String] = []
    var policies: [String] = []

    /// Asks, and says what is wrong in the words of the command.
    ///
    /// - Throws: What the server says.
    func ask<Result>(_ client: KeyfolioClient, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as RemoteError {
            if error.code == Self.invalidAttribute { throw inWords(error) }
            if error.code == Self.noSuchEntry { throw suggesting(error, client) }
            throw error
        }
    }

    /// What a store says of what cannot be, and of what is not there (`StoreError`).
    private static let invalidAttribute = "KF-STORE-082"
    private static let noSuchEntry = "KF-STORE-015"

    private func inWords(_ error: RemoteError) -> CommandFailure {
        var failure = CommandFailure(error)
        let beginning = "what was asked for is not valid: "
        guard failure.message.hasPrefix(beginning) else { return failure }
        let why = failure.message.dropFirst(beginning.count)
        let member = String(why.prefix { $0 != " " })
        guard let word = typed[member] else { return failure }
        failure.message = beginning + word + why.dropFirst(member.count)
        return failure
    }

    /// Looks among the names that the caller may list; where that is refused, the server's own words stay.
    private func suggesting(_ error: RemoteError, _ client: KeyfolioClient) -> CommandFailure {
        var failure = CommandFailure(error)
        for (noun, plural, given) in [
            ("principal", "principals", principals), ("role", "roles", roles), ("policy", "policies", policies),
        ] where !given.isEmpty && failure.message.hasPrefix("there is no such \(noun):") {
            guard let answer = try? client.ask(.get, [plural]), let all = answer[plural]?.asArray else { break }
            let names = all.compactMap { $0.asString ?? $0["name"]?.asString }
            let missing = given.filter { name in !names.contains { $0.lowercased() == name.lowercased() } }
            if let near = missing.lazy.compactMap({ Suggest.nearest(to: $0, among: names) }).first {
                failure.message += "; did you mean '\(VisibleText.escape(near))'?"
            }
        }
        return failure
    }
}
