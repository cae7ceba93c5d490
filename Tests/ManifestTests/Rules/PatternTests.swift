import Manifest
import Testing

@Suite struct PatternTests {
    /// What Python's `re.fullmatch` with `re.ASCII` says; expressions and texts drawn at random.
    static let asPython: [(String, String, Bool)] = [
        (#"(((ab|c){2,}1*?)+[0-9](b?c){1,3}_){2,}_+[^\d]{2}(?:ab)*?$"#, "a", false),
        (#"(([^a]{0,2}|\x61[a\]]){2,}[abc]([0-9]\w{2,}(b?c){2}-*?)?|c())+[a-c]{0,2}-?|[^a](ab|c)"#, " ]xac", true),
        (#"(([a\]]{1,3}){2,}|[abc](ab|c))-{2}a{0,2}|(a|b)[^\d]"#, "", false),
        (#"((\s\.)*1?\+*?)+x{0,2}"#, "1", true),
        (#"((a*){2,}|[^a]()){1,3}[\w-]+\x61+.+?"#, "ca", false),
        (#"((ab|c)*?(a|b){0,2}|[^\d][0-9])*?(a*)*?(c*?){2}|b(b?c)$"#, "", true),
        (#"((ab|c)*?)*?"#, "", true),
        (#"((ab|c)+x*\x61+?_){2}b*"#, "] - ", false),
        (#"((x*?a?c{0,2}|(ab|c)c)*?\d+)*?[-a]+\.|[^a]\D"#, "aaa.", true),
        (#"()+((()()+?\x61*)?\w{1,3}){0,2}\x61*?$"#, "x1_", true),
        (#"()?([^\d]*?[-a]{2,}()|x\.){0,2}.+?"#, "1.x-", true),
        (#"()a*[\w-]{1,3}|()[0-9]$"#, "xxac", false),
        (#"(){1,3}."#, "1", true),
        (#"(){2,}(([^\d]{0,2}b*?)*?a{0,2}|[a-c]x){2,}|\d[-a]"#, "b-]-", true),
        (#"(?:ab)*?((?:ab)*\w{2})?x*"#, "", true),
        (#"(?:ab)+?\w+[a\]]|\w\+"#, "c1", false),
        (#"(?:ab){2,}a-+"#, "+11_]", false),
        (#"([-a](a*)?\D_+){1,3}[a-c]+"#, ".1x1+1", false),
        (#"([0-9]*[a\]]{2}[abc]*|[\w-]\w)+?(([^a](a*){2,}[a-c]*?){1,3}|[a\]]c){2}"#, "-x++xac", true),
        (#"([^\d]){1,3}|[^\d](a*)"#, "+_b+", false),
        (#"([^\d]?([0-9]{2}\s+(ab|c){2,}\.{2}){2,}\+*?){2,}\x61+?"#, "1", false),
        (#"([a-c])*|[^\d][0-9]"#, "", true),
        (#"([a-c]{0,2}[abc]*?[0-9]*)*[-a]{1,3}(a|b)+?[^\d]+"#, "1cx", false),
        (#"([a\]]+?(?:ab)c){2}[\w-]a*.$"#, "", false),
        (#"([abc]{0,2}(ab|c)\d+(\D?a*[\w-]+[0-9]{2})*?|[a\]]\+)*c+((ab|c)+?[a-c])+|[a\]]-"#, "ccc", true),
        (#"(\+?b?.?[-a]*|\s(ab|c)){0,2}"#, "-bb", true),
        (#"(\.*?_?[^\d]*)([abc]+a(\D?){1,3}\x61*)*[0-9]"#, "a.a-ccb", false),
        (#"(\.\w{2,}){1,3}[0-9]{2}\D*[abc]{2}|[\w-]\D"#, "bb", true),
        (#"(\d*.{1,3}[a\]](?:ab){0,2})*([\w-]{1,3}([^a]?\w+?){2}\D+?(ab|c)*?)"#, "-  x", false),
        (#"(\d{2}([a\]]{1,3}_+){0,2}\x61{1,3})[a\]]*1{2}[\w-]{1,3}|[a-c][-a]"#, "+1bcb__", false),
        (#"(a*)*?"#, "bc_xc+1", false),
        (#"(a*)*?(_?(){2,}\s*?((?:ab)[abc]?(a*)+?1{2})+)+-+?"#, "1+cb-b", false),
        (#"(a*)_*|-\."#, "_", true),
        (#"(a*?|()(a|b))+?"#, "", true),
        (#"(a|b)*?a{0,2}(1{2}-?)*?|(?:ab)(ab|c)"#, "", true),
        (#"(a|b){0,2}[\w-]+\x61{2}"#, "a11b-1", false),
        (#"(a|b){1,3}(b|\d[^\d])*\s+?"#, "._bc1_1", false),
        (#"(a|b){2,}\x61+|\w[^\d]"#, "", false),
        (#"(b?c)?"#, " -x_+]", false),
        (#"(b?c){1,3}\D{0,2}[^a]*[abc]{0,2}|[-a][\w-]$"#, "", false),
        (#"(c*?[0-9]{1,3}){0,2}(.+\D+?[\w-]{1,3})+"#, "accb.a", true),
        (#"-{0,2}[a-c]*?"#, "b_a", false),
        (#".(ab|c)[^a]*?[abc]{2,}"#, " bbb_+", false),
        (#".+?"#, "cb 1cx+", true),
        (#".{0,2}"#, "", true),
        (#".{1,3}"#, "]b", true),
        (#".{2,}(ab|c)?[a-c]{0,2}"#, "bac", true),
        (#"1?"#, "x x-", false),
        (#"[-a]*$"#, "", true),
        (#"[-a]*(a*)*b\w{1,3}"#, "bbbb", true),
        (#"[-a]*?\D*[0-9]+?[a\]]{1,3}"#, "a1a", true),
        (#"[-a]*|\s(a*)"#, "", true),
        (#"[-a]?.?"#, "-a_b.b", false),
        (#"[0-9]{0,2}(([abc]*\x61+\D?){1,3}){0,2}()*?|[abc][0-9]"#, "", true),
        (#"[0-9]{2,}"#, ".ab-c+c", false),
        (#"[\w-]*\d{2}\D*"#, ".cb _.", false),
        (#"[\w-]\.*\.*x{2,}"#, "x1", false),
        (#"[\w-]\s+?"#, "-_c]-", false),
        (#"[\w-]xx+(([\w-]b(a*){2}[-a]{2,})*(\w)?[a-c](b?c){0,2})+?"#, "111xx", false),
        (#"[\w-]{0,2}.{0,2}\x61?(a|b)?"#, "", true),
        (#"[\w-]{1,3}\x61{1,3}[^a]*.{1,3}$"#, "ca.", true),
        (#"[\w-]{2,}"#, "1a", true),
        (#"[^\d]"#, "_", true),
        (#"[^\d]([abc]{0,2}(){2,}[^\d]*)+\w+?"#, "bca", true),
        (#"[^\d]*?"#, "", true),
        (#"[^\d]*?"#, "x.", true),
        (#"[^\d]*?[\w-]*?()+"#, "", true),
        (#"[^\d]?"#, "+", true),
        (#"[^a]*?|[abc]c"#, "c", true),
        (#"[^a]?((a*)+[-a])(a*)+|()(a*)"#, "ba+c.a_", false),
        (#"[^a]{0,2}.*"#, "+ bb", true),
        (#"[a-c]?.{2}(ab|c){1,3}|-\x61"#, "c", false),
        (#"[a-c]?\w?|[^a]."#, ".-", true),
        (#"[a\]]$"#, "ab__-x", false),
        (#"[a\]]?(_+)?[abc]{0,2}.*"#, ".--", true),
        (#"[abc]{2,}(a|b)*|\w\D"#, "-c", false),
        (#"\+"#, "c ca+]", false),
        (#"\.*\D{1,3}(a*)+\s*"#, "a", true),
        (#"\.?|[a\]]x"#, "", true),
        (#"\.{1,3}[abc]"#, "+_-ac-", false),
        (#"\D+(ab|c){1,3}$"#, " ]1c]bc", false),
        (#"\D\x61+?"#, "1-__+", false),
        (#"\D\x61+x?|b[\w-]"#, "b1cx", false),
        (#"\D{0,2}[^a]{2,}"#, " b", true),
        (#"\D{2,}"#, "-c_", true),
        (#"\D{2,}(((?:ab)?.{2,}1+?[^a]{1,3})*?x{0,2}){2}[a-c]{1,3}a*"#, "_1++b", false),
        (#"\D{2,}(\.{1,3}c*a{1,3}(_+?|1c)*?)"#, "c.", false),
        (#"\D{2,}[^\d]"#, " _bab.", true),
        (#"\D{2}\w{1,3}"#, "cxcb", true),
        (#"\w+(a*)*"#, "b", true),
        (#"\w+b((?:ab){0,2}[\w-]{1,3})([\w-]*?1+\x61?){0,2}"#, "cb_a", true),
        (#"\w{0,2}[a-c]"#, "a", true),
        (#"^()(-{0,2}[\w-]+?)()|\x61-$"#, "1", true),
        (#"^()-b*"#, "+c.b", false),
        (#"^(?:ab){0,2}_+?\x61*?\.{1,3}"#, "a +a-1a", false),
        (#"^(a*).+(?:ab)?"#, "1]]b _]", true),
        (#"^(a|b)+b{0,2}\d{2,}\x61?"#, "+xbc", false),
        (#"^(b?c)*(\s{1,3}\d+?b?)*[-a]{0,2}[\w-]*?"#, "xb", true),
        (#"^[^\d]?\w()+?|\D\x61"#, ".bb", false),
        (#"^[a\]]*?1"#, "].1a", false),
        (#"^\+{0,2}"#, "+", true),
        (#"^\D{0,2}"#, "_", true),
        (#"^b*?"#, "a", false),
        (#"^b*?[0-9]{0,2}[^\d]*?_{0,2}"#, "", true),
        (#"^b?"#, "a", false),
        (#"^c"#, "cbc1b", false),
        (#"^x+"#, "-._cxaa", false),
        (#"^x{0,2}|c\w"#, "bccc]c", false),
        (#"_?"#, "", true),
        (#"_?((c{0,2}){1,3}((a*)?)+)()+?"#, "b", false),
        (#"a*(([^a]{1,3}x+?(a*){2,}\D{2,}){2}[a\]]?)\D{2,}[^\d]?"#, " c", false),
        (#"b*?(ab|c)+(b?c)+?-|.[^\d]"#, "+-", true),
        (#"b+?-{2}a"#, "c-]", false),
        (#"c*?"#, "", true),
        (#"c*?"#, "+b1 b", false),
        (#"c+?([a\]]+x[-a]{1,3})"#, "c]-a", false),
        (#"c+?\w+[\w-]+(a*)*?$"#, "a", false),
        (#"x*.+$"#, "-11", true),
        (#"x?(\x61b{2}(a|b)*|()1){0,2}_(b?c){2,}|c(a*)"#, "_+", false),
        (#"xc{1,3}[^a][a-c]{1,3}"#, "bb", false),
    ]

    @Test(arguments: asPython)
    func `an expression matches what Python's matches as a whole`(expression: String, text: String, matches: Bool)
        throws
    {
        #expect(try Pattern(expression).matchesWhole(text) == matches)
    }

    @Test(arguments: [
        ("sk_live_[A-Za-z0-9]{24,}", "sk_live_abcdefghijklmnopqrstuvwx", true),
        ("sk_live_[A-Za-z0-9]{24}", "sk_live_short", false),
        ("^abc$", "abc", true), ("abc", "xabc", false), ("abc", "abcx", false), ("(?i)abc", "aBC", true),
        ("(?i)[a-c]+", "ABC", true),
        ("(?i)é", "É", false), ("\\p{L}+", "Straße", true), ("\\p{Lu}\\p{Ll}+", "Ünder", true),
        ("\\P{L}+", "123", true),
        ("\\p{Nd}+", "abc", false), ("\\u{1F600}", "😀", true), (".", "😀", true), (".", "\n", false),
        ("\\u00e9", "é", true),
        ("a^b", "ab", false), ("(^a|b$)", "b", true), ("", "", true), ("", "a", false), ("|a", "", true),
        ("a{0}", "", true),
        ("[]a]+", "]a", true), ("[a-]", "-", true), ("\\*", "*", true),
        ("x{1000}", String(repeating: "x", count: 1000), true),
    ])
    func `what people write works`(expression: String, text: String, matches: Bool) throws {
        #expect(try Pattern(expression).matchesWhole(text) == matches)
    }

    @Test(arguments: [
        ("(", 2), (")", 1), ("a)", 2), ("[a", 3), ("a]", 2), ("*a", 1), ("a**", 3), ("a{2", 4), ("a{,2}", 3),
        ("a{3,2}", 6),
        ("a{1001}", 6), ("\\", 2), ("\\b", 2), ("(a)\\1", 5), ("(?=a)b", 3), ("(?<n>a)", 3), ("(?!a)", 3), ("[b-a]", 5),
        ("[a-\\d]", 6), ("\\xzz", 3), ("\\u{110000}", 11), ("\\p{Xx}", 7), ("\\pL", 3), ("[[a]]", 2), ("a|*", 3),
        ("\\ud800", 3),
    ])
    func `what cannot be matched is refused with its place`(expression: String, column: Int) {
        let problem = #expect(throws: Pattern.Problem.self) { try Pattern(expression) }
        #expect(problem?.column == column)
        #expect(problem?.message.isEmpty == false)
    }

    @Test(arguments: [
        "(a{1000}){1000}", "((){1000}){1000}", "((((a{9}){9}){9}){9}){9}", String(repeating: "(", count: 60),
        String(repeating: "(", count: 60) + "a" + String(repeating: ")", count: 60),
    ])
    func `an expression that would be too large is refused`(expression: String) {
        #expect(throws: Pattern.Problem.self) { try Pattern(expression) }
    }

    /// The classical traps of matchers that backtrack: each would take longer than the universe.
    @Test(arguments: ["(a*)*b", "(a|aa)+b", "(a?){50}a{50}c", "(.*)*x", "((a+)+)+$", "(a|b|ab)*c"])
    func `hostile expressions take linear time`(expression: String) throws {
        #expect(try !Pattern(expression).matchesWhole(String(repeating: "a", count: 5000) + "!"))
    }
}
