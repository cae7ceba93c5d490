// What each error says. A path or a name comes in only where the caller gave it and where it was checked first, so that
// it cannot be a value in the wrong place or drive a terminal.

extension StoreError {
    // MARK: Not there

    package static func noSuchSecret(_ path: SecretPath) -> Self {
        .init(.noSuchSecret, "there is no secret at \(path)", fix: "keyfolio list shows what there is")
    }

    package static func noSuchVersion(_ path: SecretPath, _ number: Int) -> Self {
        .init(
            .noSuchVersion,
            "\(path) has no version \(number): it was never written, or it was pruned",
            fix: "keyfolio history shows the versions that are kept"
        )
    }

    package static func versionDeleted(_ path: SecretPath, _ number: Int) -> Self {
        .init(
            .versionDeleted,
            "version \(number) of \(path) is deleted",
            fix: "undelete it, write a new version, or roll back to another one"
        )
    }

    package static func versionDestroyed(_ path: SecretPath, _ number: Int) -> Self {
        .init(
            .versionDestroyed,
            "version \(number) of \(path) is destroyed: its payload is gone",
            fix: "roll back to another version, or restore a backup"
        )
    }

    package static func noSuchField(_ path: SecretPath, _ name: String) -> Self {
        .init(.noSuchField, "\(path) has no field \(shown(name))", fix: "keyfolio list shows what there is")
    }

    package static func noSuchLabel(_ path: SecretPath, _ label: Label) -> Self {
        .init(
            .noSuchLabel,
            "\(path) has no label \(label)",
            fix: "keyfolio history shows the versions and their labels"
        )
    }

    package static func noStore() -> Self {
        .init(.noStore, "there is no store yet", fix: "keyfolio init")
    }

    /// For a server, whose store is none of the command's own.
    package static func noServedStore() -> Self {
        .init(
            .noStore,
            "there is no store yet",
            fix: "add --init, with --key-file, to make one, or --await-init to have it made over HTTP"
        )
    }

    package static func noSuchSlot(_ number: Int) -> Self {
        .init(
            .noSuchSlot,
            "the store has no slot \(number): it never had one, or that was removed",
            fix: "keyfolio seal status shows the slots with their numbers"
        )
    }

    // MARK: Not allowed, not opened

    /// - Parameters:
    ///   - action: What was asked for.
    ///   - path: On which secret.
    ///   - rights: Which capability on which resource it takes; nil where no capability gives it.
    ///   - command: What shows an administrator which rule decides.
    package static func denied(
        _ action: String,
        _ path: SecretPath?,
        takes rights: String? = nil,
        explained command: String? = nil,
        fix: String? = nil
    ) -> Self {
        // Whoever is refused may rarely ask for that themselves.
        let asking =
            "ask an administrator for the right" + (command.map { ", who sees with \($0) which rule decides" } ?? "")
        return .init(
            .denied,
            "no policy allows \(action)" + (path.map { " on \($0)" } ?? "") + (rights.map { ": it takes \($0)" } ?? ""),
            fix: fix ?? asking
        )
    }

    package static func wrongKey() -> Self {
        .init(
            .wrongKey,
            "the key or passphrase does not open this store",
            fix: "give the key file that was made with the store, or the right passphrase"
        )
    }

    package static func noKeyFile() -> Self {
        .init(
            .noKeyFile,
            "the key file is not there",
            fix: "put it back from where it is kept; without it, a passphrase slot or a backup, nothing opens the store"
        )
    }

    package static func keyFileMode(_ path: String, isFolder: Bool, mode: UInt32) -> Self {
        let what = isFolder ? "the key file's folder" : "the key file"
        let octal = String(mode, radix: 8)
        return .init(
            .keyFileMode,
            "\(what) has mode \(octal), so others than its owner can get at it",
            fix: "chmod \(isFolder ? "700" : "600") \(shellQuoted(path)), and rotate the key if others use this machine"
        )
    }

    package static func keyFileOwner(isFolder: Bool) -> Self {
        .init(
            .keyFileOwner,
            "the key file\(isFolder ? "'s folder" : "") belongs to another user",
            fix: "run as the user who owns it, or give it to this user with chown"
        )
    }

    package static func keyFileMalformed(_ why: String) -> Self {
        .init(
            .keyFileMalformed,
            "the key file holds no usable key: \(why)",
            fix: "put the key file back from where it is kept"
        )
    }

    package static func keyFileUnusable(_ why: String) -> Self {
        .init(
            .keyFileUnusable,
            "the key file cannot be used: \(why)",
            fix: "check the key file's path, owner and mode with ls -l"
        )
    }

    package static func weakPassphrase(_ why: String) -> Self {
        .init(.weakPassphrase, "the passphrase cannot be used: \(why)", fix: "give another passphrase")
    }

    // MARK: Not now

    package static func busy() -> Self {
        .init(
            .busy,
            "another process has held the store for too long",
            fix: "try again; if it stays so, look for a process that holds it with fuser or lsof"
        )
    }

    /// All rows of a store that is served were to be looked through, and could not be.
    package static func rowsNotRead() -> Self {
        .init(
            .busy,
            "not all rows of the store could be looked through: too much is written meanwhile",
            fix: "it is tried again; if it stays so, run keyfolio audit verify when less is written"
        )
    }

    package static func tooManyListings() -> Self {
        .init(
            .tooManyListings,
            "too many long listings wait already; nothing was done",
            fix: "try again in a moment, and ask for less at a time: with a prefix or a limit"
        )
    }

    package static func diskFull() -> Self {
        .init(
            .diskFull,
            "there is no room left on the disk, or a quota or file size limit is reached; nothing was changed",
            fix: "make room and run the command again"
        )
    }

    package static func readOnly() -> Self {
        .init(
            .readOnly,
            "the store or its folder cannot be written; nothing was changed",
            fix: "check the owner and mode of the store and its folder with ls -la"
        )
    }

    package static func inputOutput(_ why: String) -> Self {
        .init(.inputOutput, "reading or writing failed: \(why)", fix: "check the disk, then try again")
    }

    package static func cannotOpen(_ why: String) -> Self {
        .init(
            .cannotOpen,
            "the store cannot be opened: \(why)",
            fix: "check the owner and mode of the store and its folder with ls -la"
        )
    }

    package static func outOfMemory() -> Self {
        .init(.outOfMemory, "there is not enough memory", fix: "free memory and try again")
    }

    package static func auditUnwritable(_ cause: StoreError) -> Self {
        .init(
            .auditUnwritable,
            "the audit record could not be written, and without it there is no answer: \(cause.message)",
            fix: cause.fix
        )
    }

    // MARK: Not whole

    package static func damaged() -> Self {
        .init(
            .damaged,
            "the store file is damaged",
            fix:
                "end what serves the store, move its file away with those beside it (-wal, -shm) and keep them, for parts may "
                + "be saved, and keyfolio restore the latest backup"
        )
    }

    package static func tampered(_ what: String) -> Self {
        .init(
            .tampered,
            "\(what) was changed or moved from outside, or is damaged: it does not authenticate",
            fix:
                "end what serves the store, move its file away with those beside it (-wal, -shm), keyfolio restore the latest "
                + "backup, and find out who can write the store file"
        )
    }

    package static func rolledBack(storeAt: Int64, anchorAt: Int64) -> Self {
        .init(
            .rolledBack,
            "the store is not the one that was last written: it ends at record \(storeAt) of its audit log, and "
                + (storeAt == anchorAt ? "another record \(anchorAt)" : "record \(anchorAt)") + " was written before",
            fix: "put the newest copy back; if this older state is wanted: keyfolio audit accept-rollback"
        )
    }

    package static func anchorChanged() -> Self {
        .init(
            .anchorChanged,
            "the anchor beside the key was changed or is damaged, so nothing tells whether the store is the one that was "
                + "last written",
            fix: "find out who can write the key's folder, and check that the store has what was written last; then: "
                + "keyfolio audit accept-rollback"
        )
    }

    package static func notAStore() -> Self {
        .init(.notAStore, "the file is not a keyfolio store", fix: "check the path of the store")
    }

    package static func auditBroken(record: Int64?) -> Self {
        .init(
            .auditBroken,
            "the audit log was changed from outside" + (record.map { ": record \($0) does not fit" } ?? ""),
            fix: "compare with an exported copy of the log, and find out who can write the store file"
        )
    }

    package static func newerFormat(found: Int64, known: Int64) -> Self {
        .init(
            .newerFormat,
            "the store has format \(found), and this program knows formats up to \(known)",
            fix: "install a newer keyfolio"
        )
    }

    // MARK: Not so

    package static func versionConflict(_ path: SecretPath, expected: Int, found: Int) -> Self {
        .init(
            .versionConflict,
            "\(path) is at version \(found), not at the expected version \(expected)",
            fix: "read it again, decide again, and write with the version that was read"
        )
    }

    package static func storeExists() -> Self {
        .init(.storeExists, "there is a file at the store's path already", fix: "use that store, or give another path")
    }

    /// - Parameter files: What is there without the store's own file.
    package static func storeRemains(_ files: [String]) -> Self {
        .init(
            .storeRemains,
            "the store's file is not there, and what belongs to one still is, so a new store would not open",
            fix: "put the store's file back, or move these away and run the command again: "
                + files.map(shellQuoted).joined(separator: " ")
        )
    }

    package static func otherEnvironment(_ path: SecretPath, is found: EnvironmentName, asked: EnvironmentName) -> Self
    {
        .init(
            .otherEnvironment,
            "\(path) belongs to \(found), not to \(asked)",
            fix: "use another path for \(asked): a secret stays in its environment"
        )
    }

    package static func notEmpty() -> Self {
        .init(
            .notEmpty,
            "a snapshot is restored into a new store only, and this one has been used",
            fix: "move the store away first, or restore into another: keyfolio restore --store FILE …"
        )
    }

    package static func abandoned() -> Self {
        .init(.abandoned, "the change was given up before it was written", fix: "correct what the change needs")
    }

    package static func lastSlot() -> Self {
        .init(
            .lastSlot,
            "this is the only key that opens the store, so it cannot be removed",
            fix: "add another key file or passphrase first"
        )
    }

    package static func builtInLabel(_ label: Label) -> Self {
        .init(
            .builtInLabel,
            "the label \(label) moves by itself",
            fix: "write a new version or roll back, or use a label of your own"
        )
    }
}

extension StoreError {
    // MARK: Not what it must be

    package static func invalidPath(_ why: String) -> Self {
        .init(.invalidPath, "the path cannot be used: \(why)", fix: "give a path such as project/production")
    }

    package static func invalidFieldName(_ why: String) -> Self {
        .init(.invalidFieldName, "a field's name cannot be used: \(why)", fix: "give the field another name")
    }

    package static func payloadTooLarge(bytes: Int) -> Self {
        .init(
            .payloadTooLarge,
            "the payload has \(bytes) bytes, and at most \(StoreLimits.payloadBytes) are kept in one secret",
            fix: "keep the file elsewhere, encrypted, and its key here"
        )
    }

    package static func tooManyFields(_ count: Int) -> Self {
        .init(
            .tooManyFields,
            "the payload has \(count) fields, and a secret has at most \(StoreLimits.fields)",
            fix: "split it into several secrets"
        )
    }

    package static func invalidEnvironment() -> Self {
        .init(
            .invalidEnvironment,
            "an environment's name has from 1 to \(StoreLimits.environmentBytes) of the characters A-Z a-z 0-9 _ . -",
            fix: "give a name such as production"
        )
    }

    package static func invalidLabel() -> Self {
        .init(
            .invalidLabel,
            "a label has from 1 to \(StoreLimits.labelBytes) of the characters A-Z a-z 0-9 _ . -, and not only digits",
            fix: "give a label such as release-12"
        )
    }

    package static func tooManyLabels() -> Self {
        .init(
            .tooManyLabels,
            "a secret has at most \(StoreLimits.labels) labels of its own",
            fix: "remove a label that is not needed any more"
        )
    }

    package static func invalidSnapshot(_ why: String, line: Int) -> Self {
        .init(
            .invalidSnapshot,
            "the snapshot cannot be restored: \(why) (line \(line)); nothing was restored",
            fix: "take an undamaged copy of the backup"
        )
    }

    /// - Parameters:
    ///   - path: The secret.
    ///   - kind: What it holds instead.
    package static func notFields(_ path: SecretPath, _ kind: Payload.Kind) -> Self {
        let what =
            kind == .bytes
            ? "bytes, which have no fields"
            : "one text, which is no JSON object of strings, numbers and booleans and so has no fields"
        return .init(
            .notFields,
            "\(path) holds \(what)",
            fix: "keyfolio get --path \(path) prints it, keyfolio history --path \(path) shows who wrote it, and "
                + "keyfolio set NAME --path \(path) --replace-text puts a value in its place"
        )
    }
}

/// A name that was validated before, shortened.
private func shown(_ name: String) -> String {
    let head = name.unicodeScalars.prefix(80).filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    return String(String.UnicodeScalarView(head)) + (name.unicodeScalars.count > 80 ? "…" : "")
}

/// A path of the file system as a shell reads it back, without characters that drive a terminal.
private func shellQuoted(_ path: String) -> String {
    let safe = path.unicodeScalars.map { scalar in
        if scalar == "'" { return "'\\''" }
        return scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : String(scalar)
    }
    return "'\(safe.joined())'"
}
