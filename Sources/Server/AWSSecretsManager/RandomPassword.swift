internal import Secrets

/// What GetRandomPassword asks for.
struct RandomPassword: Sendable {
    var length = 32
    var excludedCharacters = ""
    var excludesLowercase = false
    var excludesUppercase = false
    var excludesNumbers = false
    var excludesPunctuation = false
    var includesSpace = false
    var requiresEachType = true

    init() {}

    /// Reads the members of a request.
    init(_ members: inout Members) throws(AWSError) {
        length = try members.integer("PasswordLength", 1...4096) ?? 32
        excludedCharacters = try members.text("ExcludeCharacters", .length(0...4096)) ?? ""
        excludesLowercase = try members.flag("ExcludeLowercase") ?? false
        excludesUppercase = try members.flag("ExcludeUppercase") ?? false
        excludesNumbers = try members.flag("ExcludeNumbers") ?? false
        excludesPunctuation = try members.flag("ExcludePunctuation") ?? false
        includesSpace = try members.flag("IncludeSpace") ?? false
        requiresEachType = try members.flag("RequireEachIncludedType") ?? true
    }

    /// The characters of each type that is included, without the excluded ones. A type that nothing is left of is gone.
    var types: [[UInt8]] {
        let excluded = Set(excludedCharacters.utf8)
        var types: [[UInt8]] = []
        if !excludesLowercase { types.append(Array(UInt8(ascii: "a")...UInt8(ascii: "z"))) }
        if !excludesUppercase { types.append(Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))) }
        if !excludesNumbers { types.append(Array(UInt8(ascii: "0")...UInt8(ascii: "9"))) }
        if !excludesPunctuation { types.append(Array(##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##.utf8)) }
        if includesSpace { types.append([UInt8(ascii: " ")]) }
        return types.map { $0.filter { !excluded.contains($0) } }.filter { !$0.isEmpty }
    }

    /// Makes a password: every one that meets the request is as likely as another.
    ///
    /// Words are drawn until one has each type, which keeps them equally likely. A request for which that hardly ever
    /// happens (four characters of five types) gets each type at a random place instead.
    ///
    /// - Parameter generator: Where randomness comes from; the system's in the server.
    /// - Throws: ``AWSError`` `InvalidParameterException` when nothing meets the request.
    func make(using generator: inout some RandomNumberGenerator) throws(AWSError) -> Secret<String> {
        let types = types
        let all = types.flatMap { $0 }
        guard !all.isEmpty else {
            throw AWSError(.invalidParameter, "All characters are excluded: there is nothing to make a password of.")
        }
        guard !requiresEachType || length >= types.count else {
            throw AWSError(.invalidParameter, "Password length is too short based on the required types.")
        }
        for _ in 0..<64 {
            let word = (0..<length).map { _ in all[Int.random(in: all.indices, using: &generator)] }
            if !requiresEachType || types.allSatisfy({ !Set(word).isDisjoint(with: $0) }) { return Self.secret(word) }
        }
        var word = types.map { $0[Int.random(in: $0.indices, using: &generator)] }
        while word.count < length { word.append(all[Int.random(in: all.indices, using: &generator)]) }
        word.shuffle(using: &generator)
        return Self.secret(word)
    }

    private static func secret(_ word: [UInt8]) -> Secret<String> { Secret(String(decoding: word, as: UTF8.self)) }
}
