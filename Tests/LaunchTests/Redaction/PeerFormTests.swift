import Secrets
import Testing

@testable import Launch

/// Other people's encoders write what the redactor must find: Python's, base64(1)'s, bash's, jq's where it is there.
@Suite struct PeerFormTests {
    static let secrets = [
        "correct-horse-battery", "p@ss w/rd+100%", "quo'te\"back\\slash$HOME`x`", "päß€😀wörd", "<a&b>='c'+d",
        "tab\there\nline two of it", "https://user:p%40ss@host/path?q=1&r=#frag", "~!*'()-._;,/?:@&=+$#[]",
        "ends with nul-free \u{7F} delete", "sep\u{2028}arator\u{2029}s",
    ]

    /// Prints one line per form: its name, a tab, the form in hexadecimal.
    static let script = """
        import base64, binascii, json, shlex, sys, urllib.parse as u
        s = sys.stdin.buffer.read(); t = s.decode()
        def out(name, value):
            if isinstance(value, str): value = value.encode('utf-8', 'surrogatepass')
            print(name + '\\t' + value.hex())
        out('plain', s)
        for name, f in [('standard', base64.standard_b64encode), ('url', base64.urlsafe_b64encode)]:
            out('base64 ' + name, f(s)); out('base64 unpadded ' + name, f(s).rstrip(b'='))
        out('base64 wrapped', base64.encodebytes(s).rstrip(b'\\n'))
        out('hex', s.hex()); out('HEX', s.hex().upper())
        for safe in ['', '/', "~()*!.'", ";,/?:@&=+$-_.!~*'()#", "!$&'()*+,;=:@"]:
            out('quote ' + safe, u.quote(t, safe=safe)); 
        out('quote_plus', u.quote_plus(t)); out('urlencode', u.urlencode({'k': t})[2:])
        out('percent full', ''.join('%%%02X' % b for b in s)); out('percent full lower', ''.join('%%%02x' % b for b in s))
        out('json', json.dumps(t)[1:-1]); out('json utf8', json.dumps(t, ensure_ascii=False)[1:-1])
        out('json slash', json.dumps(t)[1:-1].replace('/', '\\\\/'))
        out('json html', json.dumps(t)[1:-1].replace('<', '\\\\u003c').replace('>', '\\\\u003e').replace('&', '\\\\u0026'))
        out('json json', json.dumps(json.dumps(t))[3:-3])
        out('json all', ''.join('\\\\u%04x' % x for x in memoryview(t.encode('utf-16-le')).cast('H')))
        out('json ALL', ''.join('\\\\u%04X' % x for x in memoryview(t.encode('utf-16-le')).cast('H')))
        out('shlex', shlex.quote(t)[1:-1] if shlex.quote(t) != t else t)
        if t.isprintable() or t.isascii(): out('repr', repr(t)[1:-1]); out('repr bytes', repr(s)[2:-1])
        """

    @Test(arguments: secrets)
    func `what other encoders make of a secret is masked`(secret: String) throws {
        let redactor = try Redactor([Secret(secret)])
        let child = try Child.run(["python3", "-c", Self.script], input: utf8(secret))
        #expect(child.status == 0, "\(child.errors.text)")
        let lines = child.output.text.split(separator: "\n")
        #expect(lines.count > 20)
        for line in lines {
            let parts = line.split(separator: "\t")
            let form = try bytes(ofHex: String(parts[1]))
            #expect(redactor.redact([1] + form + [1]).text == "\u{1}••••\u{1}", "\(parts[0])")
        }
    }

    @Test(arguments: secrets)
    func `base64 of a longer text shows at most two characters of a secret`(secret: String) throws {
        let redactor = try Redactor([Secret(secret)])
        let script = """
            import base64, sys
            s = sys.stdin.buffer.read()
            for before in ['', 'a', 'ab', 'abc', 'user:']:
                for after in ['', 'x', 'xy', 'xyz']:
                    form = base64.b64encode(before.encode() + s + after.encode()).decode()
                    print(len(before), len(after), form, sep='\\t')
            """
        let child = try Child.run(["python3", "-c", script], input: utf8(secret))
        let lines = child.output.text.split(separator: "\n")
        #expect(lines.count == 20)
        for line in lines {
            let parts = line.split(separator: "\t")
            let (before, after) = (try #require(Int(parts[0])), try #require(Int(parts[1])))
            // Only what belongs to the neighbours stays, and the characters shared with them.
            let rest = redactor.redact(utf8(String(parts[2]))).text
                .split(separator: "••••", omittingEmptySubsequences: false)
            #expect(rest.count == 2, "\(before) bytes before, \(after) after")
            #expect((rest.first?.count ?? 99) <= (before * 8 + 5) / 6)
            #expect((rest.last?.count ?? 99) <= (after == 0 ? 0 : (after * 8 + 5) / 6 + 3))
        }
    }

    @Test func `wrapped base64 is masked whole, with either line end`() throws {
        let secret = String(repeating: "a long secret; ", count: 20)
        let redactor = try Redactor([Secret(secret)])
        for width in [64, 76] {
            let child = try Child.run(["base64", "-w\(width)"], input: utf8(String(secret.dropLast())))
            #expect(redactor.redact(child.output).text == "••••\n")
            let crlf = child.output.text.split(separator: "\n").joined(separator: "\r\n")
            #expect(redactor.redact(utf8(crlf)).text == "••••")
        }
    }

    @Test(arguments: secrets)
    func `what bash writes for reuse is masked`(secret: String) throws {
        let redactor = try Redactor([Secret(secret)])
        let child = try Child.run(["bash", "-c", "printf '[%q]' \"$1\"; printf '[%s]' \"${1@Q}\"", "bash", secret])
        let shown = redactor.redact(child.output).text
        #expect(["[••••]['••••']", "[$'••••'][$'••••']"].contains(shown), "\(shown.count) characters")
    }

    private func bytes(ofHex text: String) throws -> [UInt8] {
        let digits = Array(text.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
