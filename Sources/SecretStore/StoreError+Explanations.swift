extension StoreError {
    /// What the page of codes says beyond the title, by code: when it happens, and what mends it. Those that are not here have
    /// a message that says all there is to say.
    public static let explanations: [String: String] = [
        Kind.noSuchSecret.rawValue:
            "Nothing was written at the path, or it was removed, or the name is another one. `keyfolio list --paths` shows the "
            + "paths there are; `keyfolio audit query --path PATH` who removed it.",
        Kind.noSuchVersion.rawValue:
            "The version was never written, or was pruned as one of the oldest. `keyfolio history` shows those that are kept.",
        Kind.versionDeleted.rawValue:
            "Somebody deleted the version; its payload is still there. Undelete it, or read another: `keyfolio history`.",
        Kind.versionDestroyed.rawValue:
            "The payload is gone for ever; only a backup has it: `keyfolio restore` into a new store.",
        Kind.noSuchField.rawValue: "The secret has other fields. `keyfolio list` shows their names.",
        Kind.noSuchSlot.rawValue:
            "A store has a slot for each key that opens it. They are numbered as they are added; when the newest was removed, "
            + "the next one has its number. `keyfolio seal status` shows those there are.",
        Kind.denied.rawValue:
            "No rule of your policies gives what was asked for, or one denies it. `keyfolio access explain WHO ACTION PATH` "
            + "names the rule and what would change it; `keyfolio audit query --outcome denied` shows each refusal with its rule.",
        Kind.noSuchEntry.rawValue:
            "A principal, role, policy, token, key, client or block of that name was never made, or was taken away. The "
            + "command's own `list` shows what there is (`keyfolio principal list`, `keyfolio policy list`, `keyfolio token "
            + "list`, …), `set` or `issue` makes it, and `keyfolio audit query --path 'sys/principals/*'` shows who took it away.",
        Kind.deniedByResource.rawValue:
            "A statement in the policy that AWS's clients put on the secret denies it, and that holds for every protocol. "
            + "`keyfolio access explain WHO read PATH` names the statement; `aws secretsmanager get-resource-policy` shows it, "
            + "`put-resource-policy` changes it.",
        Kind.wrongKey.rawValue:
            "The key file, passphrase or shares are those of another store, or of this one before `keyfolio seal rekey`. "
            + "`KEYFOLIO_KEY_FILE` says which key file is taken.",
        Kind.noKeyFile.rawValue:
            "The key lies elsewhere, or was lost. `KEYFOLIO_KEY_FILE` or `--key-file` names it; another slot opens the store as "
            + "well: `keyfolio seal status`.",
        Kind.busy.rawValue:
            "Another process writes to the store and did not end within five seconds. Try again; `fuser FILE` shows who holds it.",
        Kind.notSynced.rawValue:
            "The disk did not confirm a write, so nobody knows what is on it, and nothing more is answered. Look at the disk "
            + "(`dmesg`), then start the server again.",
        Kind.sealed.rawValue:
            "The keys are in no memory: the server waits for shares, or somebody sealed it. `vault operator unseal`, or start it "
            + "again where a key file or a service opens it.",
        Kind.versionConflict.rawValue:
            "Somebody else wrote meanwhile. Read the secret again, and write with the number of its version then.",
        Kind.checkAndSetRequired.rawValue:
            "The secret or its mount asks each write to say which version it replaces: give the number of the current one, 0 "
            + "for a secret that is not there (`cas` of Vault's clients).",
        Kind.invalidAttribute.rawValue:
            "What was sent has a member, a name or a value that cannot be: the message says which and what it should be. "
            + "`--help` of the command shows what it takes, /api/openapi.json what each request takes. Nothing was changed.",
    ]
}
