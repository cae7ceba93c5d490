/// Words that are tried first. A small list, made by hand: it stands for the large ones that attackers have. What is
/// not in it but reads like language is found by its pairs of letters.
enum CommonWords {
    /// The words, without case and without their digits-for-letters forms.
    private static let words = """
        password passwort passwd passphrase passkey secret secrets token login logon signin admin administrator root toor
        guest user username master welcome letmein letmeinplease changeme changeit default example sample test testing
        tester demo dummy fake temp temporary trial public private internal external system sysadmin superuser super
        secure security insecure unsafe access account server service services client cloud backend frontend portfolio
        database postgres postgresql mysql mariadb mongo mongodb redis oracle sqlite kafka rabbit rabbitmq elastic
        docker kubernetes compose vault consul jenkins gitlab github grafana prometheus nginx apache tomcat django
        flask rails laravel spring react angular node python java swift golang rust linux ubuntu debian windows
        development develop developer staging production local localhost remote network internet website webapp
        company corporate office business project application software hardware computer laptop phone mobile android
        iphone apple google amazon facebook twitter microsoft netflix spotify starwars pokemon minecraft fortnite
        qwerty qwertz azerty dragon monkey shadow sunshine princess superman batman spiderman football baseball
        basketball soccer hockey golf tennis iloveyou lovely forever whatever trustno freedom liberty justice ninja
        mustang ferrari porsche mercedes harley hunter killer ranger buster summer winter autumn january february march
        april june july august september october november december monday tuesday wednesday thursday friday saturday
        sunday morning evening midnight hello world helloworld goodbye please thanks correct horse battery staple
        flower butterfly rainbow diamond silver golden purple orange yellow banana cookie chocolate coffee cheese
        pepper ginger pumpkin michael jordan jennifer jessica ashley charlie daniel thomas robert andrew matthew
        joshua nicole hannah maggie bailey amanda george william richard alexander christian christmas london berlin
        paris america england germany france canada mexico chelsea liverpool arsenal barcelona madrid matrix phoenix
        merlin gandalf wizard magic lucky money mother father brother sister family friend friends angel heaven
        encryption encrypt signature session cookies backup restore storage number random string value nothing unknown
        """

    /// How many there are, for what one of them is worth.
    static var count: Int { list.count }

    private static let list = words.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }

    /// The words by their first two letters, longest first.
    private static let byStart: [UInt16: [[UInt8]]] = Dictionary(grouping: list) { key($0[0], $0[1]) }
        .mapValues { $0.sorted { $0.count > $1.count } }

    private static func key(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// The length of the longest word at a place, or nil.
    ///
    /// - Parameters:
    ///   - letters: The text in lower case, with the letters that digits and signs stand for.
    ///   - start: The place.
    static func longest(in letters: [UInt8], at start: Int) -> Int? {
        guard start + 1 < letters.count, let candidates = byStart[key(letters[start], letters[start + 1])] else {
            return nil
        }
        return candidates.first { letters[start...].starts(with: $0) }?.count
    }

    /// The letter that a digit or sign stands for in "leetspeak"; anything else in lower case.
    static func plain(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0"): UInt8(ascii: "o")
        case UInt8(ascii: "1"), UInt8(ascii: "!"): UInt8(ascii: "i")
        case UInt8(ascii: "3"): UInt8(ascii: "e")
        case UInt8(ascii: "4"), UInt8(ascii: "@"): UInt8(ascii: "a")
        case UInt8(ascii: "5"), UInt8(ascii: "$"): UInt8(ascii: "s")
        case UInt8(ascii: "7"), UInt8(ascii: "+"): UInt8(ascii: "t")
        default: byte.lowercased
        }
    }

    /// The commonest pairs of letters in English words and sentences: some 75 of 100 pairs there, 19 of 100 in random
    /// letters.
    private static let pairs: Set<UInt16> = Set(
        """
        in er es ng ti ed te re on at st an en le ar ri ra li al is nt or de ne co ro ie la ic ns se it io rs ca el ll
        di ta he ma ve ch ss un as nd me pe ea ni tr ou si ly us il et lo ac to mi na ts ce ur sh ol ha nc ia th pr ge
        hi ho ec om pa bl ul ck am ad po rt mo ab os be ke em ct ba ci of fo no ot ut so wa wh ee wi we ow im ai ir su
        id iv fi vi ev yo ay oo
        """.split(whereSeparator: \.isWhitespace).map { pair in
            let letters = Array(pair.utf8)
            return key(letters[0], letters[1])
        }
    )

    /// Whether two letters in lower case follow each other often in words.
    static func isCommonPair(_ first: UInt8, _ second: UInt8) -> Bool { pairs.contains(key(first, second)) }
}
