import DotEnv
import Testing

/// Our own dialect: what node dotenv and python-dotenv agree on, and a decision where they do not.
@Suite struct KeyfolioDialectTests {
    /// What becomes of each probe about which the two disagree: a text, or the code of the error.
    enum Decision {
        case text(String)
        case refused(String)
        /// The key has no value, or there is none.
        case absent
    }

    static let decisions: [String: Decision] = [
        // The reading that loses nothing.
        "hash_nospace": .text("b#c"),
        "hash_start": .text("#c"),
        "url_hash": .text("http://h/p#frag"),
        "export_only": .text("b"),
        "novalue": .absent,
        // Escapes: one keeps the backslash, the other does not.
        "dq_tab_esc": .refused("KF-DOTENV-005"),
        "dq_esc_quote": .refused("KF-DOTENV-005"),
        "dq_esc_bs": .refused("KF-DOTENV-005"),
        "dq_bs_bs_n": .refused("KF-DOTENV-005"),
        "sq_esc_quote": .refused("KF-DOTENV-028"),
        "interp_esc": .refused("KF-DOTENV-005"),
        // One takes the quotes for text, the other passes the line over.
        "concat_quotes": .refused("KF-DOTENV-004"),
        "quote_then_text": .refused("KF-DOTENV-004"),
        "unterminated_dq": .refused("KF-DOTENV-003"),
        "ml_bt": .refused("KF-DOTENV-006"),
        "backtick": .refused("KF-DOTENV-006"),
        // One reads it, the other passes it over or gives up.
        "colon": .refused("KF-DOTENV-007"),
        "invalid_utf8": .refused("KF-DOTENV-008"),
        // Expansions: node dotenv makes none.
        "interp_brace": .text("1"),
        "interp_dq": .text("v1"),
        "interp_sq": .text("v${X}"),
        "interp_def": .text("d"),
        "interp_def_dash_empty": .text(""),
        "interp_nested_def": .text("z"),
        "interp_forward": .text("1"),
        "interp_undef": .refused("KF-DOTENV-019"),
    ]

    /// Where the two agree and we go our own way, because more is promised than both of them do.
    static let ownWays: [String: Decision] = [
        // Both keep the text; `:+` and `:?` are expansions here, as they are for compose-go and the shell.
        "interp_alt": .text("y"),
        "interp_err": .refused("KF-DOTENV-020"),
        // Both pass the line over without an error; here a line that cannot be read is one.
        "invalid_line": .refused("KF-DOTENV-002"),
        "unterminated_dq_B": .refused("KF-DOTENV-003"),
    ]

    @Test(arguments: Probe.all.map(\.name))
    func `what both readers agree on is what we read, and the rest is decided`(name: String) throws {
        let probe = try #require(Probe.all.first { $0.name == name })
        let node = try #require(probe.outcomes["node"])
        let python = try #require(probe.outcomes["python"])
        let decision = Self.ownWays[name] ?? Self.decisions[name]
        if node == python && Self.ownWays[name] == nil {
            #expect(decision == nil, "the readers agree, so there is nothing to decide")
            #expect(DialectTests.read(probe, as: .keyfolio) == node)
            return
        }
        do throws(DotEnvError) {
            let document = try DotEnvDocument(parsing: probe.file)
            let value = try document.values().last { $0.key == probe.key }
            switch decision {
            case .text(let text): #expect(value?.value == text)
            case .absent: #expect(value == nil)
            case .refused(let code): Issue.record("read, but \(code) is expected")
            case nil: Issue.record("the readers disagree, and no decision is written down")
            }
        } catch {
            guard case .refused(let code)? = decision else {
                Issue.record("refused: \(error)")
                return
            }
            #expect(error.code.description == code)
            #expect(error.line == 1 || name == "interp_esc" && error.line == 2)
        }
    }

    /// The two readers again, on random files: where they agree we must not read anything else.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `no random file is read in a way that neither reader knows`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var read = 0
        for round in 0..<400 {
            let file =
                round.isMultiple(of: 2)
                ? RandomFiles.soup(using: &generator, unusual: round.isMultiple(of: 4))
                : RandomFiles.bindings(using: &generator)
            guard let ours = try? Self.texts(of: file, as: .keyfolio) else { continue }
            let node = try Self.texts(of: file, as: .node)
            let python = try Self.texts(of: file, as: .python)
            read += 1
            let shown = String(reflecting: String(decoding: file, as: UTF8.self))
            for (key, text) in ours {
                let known = [node[key], python[key]].compactMap(\.self)
                #expect(known.isEmpty || known.contains(text), "\(key) of \(shown)")
            }
            // Nothing that both read is lost.
            for (key, text) in node where python[key] == text {
                #expect(ours[key] == text, "\(key) of \(shown)")
            }
        }
        #expect(read > 40)
    }

    /// The last text of each key, without expansions.
    static func texts(of file: [UInt8], as dialect: Dialect) throws -> [String: String] {
        let values = try DotEnvDocument(parsing: file, dialect: dialect).values(interpolate: false)
        return Dictionary(values.map { ($0.key, $0.value) }) { _, last in last }
    }
}
