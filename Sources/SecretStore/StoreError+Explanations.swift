extension StoreError {
    /// Every code, for the page of codes: what it is, why it is so, and what mends it.
    public static let allCodes: [(code: String, title: String, reason: String, fix: String)] = Kind.allCases.map {
        let (reason, fix) = $0.explanation
        return ($0.rawValue, $0.title, reason, fix)
    }
}

extension StoreError.Kind {
    /// Why it is so, and what mends it. Every kind stands here by its name, so that none can be added without.
    fileprivate var explanation: (reason: String, fix: String) {
        switch self {
        // What is not there.
        case .noSuchSecret:
            (
                "Nothing was written at the path, or it was removed, or the name is another one.",
                "`keyfolio list --paths` shows the paths there are; `keyfolio audit query --path PATH` who removed it."
            )
        case .noSuchVersion, .noSuchVersionID:
            (
                "The version was never written, or was pruned as one of the oldest.",
                "`keyfolio history` shows those that are kept."
            )
        case .versionDeleted:
            (
                "Somebody deleted the version; its payload is still there.",
                "Have it back (`vault kv undelete -versions=N PATH`), or read another: `keyfolio history`."
            )
        case .versionDestroyed:
            (
                "The payload is gone for ever; only a backup has it.",
                "`keyfolio restore` into a new store, or `keyfolio rollback`."
            )
        case .versionDisabled:
            (
                "Azure's clients can switch a version off; it is not read then, by any protocol.",
                "Enable it (`az keyvault secret set-attributes --enabled true`), or read another version."
            )
        case .secretDeleted:
            (
                "The secret waits for its end, as AWS's and Azure's clients delete, and is not read until it is had back.",
                "`aws secretsmanager restore-secret` or `az keyvault secret recover` has it back."
            )
        case .notDeleted:
            ("Only what is marked for deletion can be had back.", "`keyfolio list --paths` shows that it is there.")
        case .noSuchField:
            ("The secret is there, and its fields have other names.", "`keyfolio list` shows their names.")
        case .noSuchLabel:
            (
                "No version has the label: it was never set, or was moved away.",
                "`keyfolio history` shows versions and labels."
            )
        case .notFields:
            (
                "The payload is one text that is no JSON object, or bytes, as AWS's and Azure's clients write them: there is "
                    + "no field to take or set.",
                "`keyfolio get --path PATH` prints it, `keyfolio history --path PATH` shows who wrote it, and `keyfolio set NAME "
                    + "--path PATH --replace-text` puts a value in its place; `keyfolio rollback` brings older values back."
            )
        case .noSuchSlot:
            (
                "A store has a slot for each key that opens it. They are numbered as they are added; when the newest was "
                    + "removed, the next one has its number.",
                "`keyfolio seal status` shows those there are."
            )
        case .noSuchEntry:
            (
                "A principal, role, policy, token, key, client or block of that name was never made, or was taken away; "
                    + "`keyfolio audit query --path 'sys/principals/*'` shows who did.",
                "The command's own `list` shows what there is (`keyfolio principal list`, `keyfolio policy list`, `keyfolio "
                    + "token list`, …); `set` or `issue` makes it."
            )
        case .noStore:
            (
                "No store was made where one is looked for, or its place was named otherwise then.",
                "`keyfolio init` makes one for a project, `keyfolio serve --init` one for a server; `keyfolio doctor` says where "
                    + "it is looked for."
            )
        // What is not allowed.
        case .denied:
            (
                "No rule of your policies gives what was asked for, or one denies it, or gives it only in a wrapped answer or "
                    + "with other parameters. The message says which of them, and where the right is missing, which capability on "
                    + "which resource it takes.",
                "Ask an administrator, who sees more: `keyfolio access explain WHO ACTION PATH` names the rule and what would "
                    + "change it (it takes read on sys/access/explain); `keyfolio audit query --outcome denied` shows each "
                    + "refusal with its rule."
            )
        case .lastAdministrator:
            (
                "After it no principal could let anybody in again: only a root token, or whoever has the store's key, could.",
                "Make another administrator first (`keyfolio principal set NAME --policy POLICY`), or say that it is meant: "
                    + "`--force`. Where it has happened, `keyfolio serve --root-token` makes a root token at the next start."
            )
        case .principalDisabled:
            (
                "A token, key or client of somebody who is switched off opens nothing, and would begin to when that ends, long "
                    + "after anybody thought of it.",
                "`keyfolio principal set WHO --enable` first, where that is meant; then issue it."
            )
        case .deniedByResource:
            (
                "A statement in the policy that AWS's clients put on the secret denies it, and that holds for every protocol.",
                "`keyfolio access explain WHO read PATH` names the statement; `aws secretsmanager get-resource-policy` shows "
                    + "it, `put-resource-policy` changes it."
            )
        // What opens the store.
        case .wrongKey:
            (
                "The key file, passphrase or shares are those of another store, or of this one before `keyfolio seal rekey`.",
                "`KEYFOLIO_KEY_FILE` says which key file is taken; `keyfolio seal status` what the store opens with."
            )
        case .noKeyFile:
            (
                "The key lies elsewhere, or was lost.",
                "`KEYFOLIO_KEY_FILE` or `--key-file` names it; another slot opens the store as well: `keyfolio seal status`."
            )
        case .keyFileMode:
            (
                "Whoever reads the key file opens every secret, so one that others can get at is not used as if nothing were.",
                "`chmod 600 FILE` (700 its folder), and `keyfolio seal rekey 1 --key-file NEW` if others use this machine."
            )
        case .keyFileOwner:
            (
                "A key that another user owns can be replaced by that user, with one that they know.",
                "Run as the user who owns it, or `chown` it to this one."
            )
        case .keyFileMalformed:
            (
                "The file is another one, or was cut off: there is no key in it.",
                "Put it back from where it is kept; `KEYFOLIO_KEY_FILE` says which file is taken."
            )
        case .keyFileUnusable:
            (
                "The system does not let the file be read or written.",
                "`ls -l FILE` shows owner and mode; the message has the reason."
            )
        case .noSlot:
            (
                "A store opens with the kinds of keys that it has slots for, and what was given is none of them.",
                "`keyfolio seal status` shows the slots; `keyfolio seal add` makes another with a key that opens it."
            )
        case .weakPassphrase:
            (
                "A passphrase that can be guessed opens the store for whoever has a copy of its file.",
                "Give another: six or more words that were drawn by lot."
            )
        case .wrongShares:
            (
                "One or more of them are of another key, of an older set, or mistyped; together they tell nothing of which.",
                "Begin again with those that were given out last; `keyfolio audit query --action seal.prove-shares` shows the "
                    + "attempts."
            )
        case .invalidShares:
            (
                "With a threshold of one each share is the key, and with one above their number nothing opens.",
                "`keyfolio seal add --shares 5 --threshold 3`."
            )
        case .slotExists:
            (
                "A second slot for the same key opens nothing more.",
                "`keyfolio seal rekey N` replaces a slot by another key."
            )
        case .tooManySlots:
            (
                "Each slot is tried in turn when the store is opened, and one whose service is down is waited for.",
                "`keyfolio seal remove N` takes one away that is not needed any more."
            )
        case .lastSlot:
            (
                "Without it nothing would open the store: every secret would be lost.",
                "`keyfolio seal add` makes another slot first."
            )
        case .serviceRefused:
            (
                "The service that keeps the key answered, and not with what opens the store: credentials or rights are wrong, or "
                    + "the slot names an address that the environment does not.",
                "Check the credentials in the environment and KEYFOLIO_SEAL_ADDRESSES; another slot opens the store meanwhile: "
                    + "`keyfolio seal status`."
            )
        case .serviceUnavailable:
            (
                "The service that keeps the key cannot be reached, or has a fault.",
                "Look at the network and the service, then try again; another slot opens the store meanwhile: `keyfolio seal "
                    + "status`."
            )
        case .sealed:
            (
                "The keys are in no memory: the server waits for shares, or somebody sealed it.",
                "`vault operator unseal`, or start it again where a key file or a service opens it."
            )
        // What cannot be done at the moment.
        case .busy:
            (
                "Another process writes to the store and did not end within five seconds.",
                "Try again; `fuser FILE` shows who holds it."
            )
        case .tooManyListings:
            (
                "A server goes through much for one listing at a time, and keeps a bounded number of them waiting.",
                "Try again in a moment, and list less at a time: below a prefix, or with a limit."
            )
        case .served:
            (
                "Two servers of one store would not know what the other has in memory.",
                "Use that one (`keyfolio login`), or end it first: the lock goes with its process."
            )
        case .diskFull:
            (
                "A write needs room for itself and for its record; without both nothing is written.",
                "`df -h` shows what is full; make room and do it again. A server goes on by itself."
            )
        case .readOnly:
            (
                "The file, its folder or its file system may not be written by this user.",
                "`ls -la` shows owner and mode, `findmnt -T FILE` how it is mounted."
            )
        case .inputOutput:
            (
                "The system could not read or write: mostly the disk is failing.",
                "`dmesg` and `smartctl` say what the disk has; take a backup."
            )
        case .cannotOpen:
            (
                "The system does not let the file be opened.",
                "`ls -la` shows owner and mode of the store and its folder."
            )
        case .outOfMemory:
            (
                "The system gave no memory, and half an answer is none.",
                "Free memory, or raise the limit (`ulimit -v`), and try again."
            )
        case .notSynced:
            (
                "The disk did not confirm a write, or somebody removed the store's files while it was served, so nobody knows "
                    + "what is on it, and nothing more is answered.",
                "Look at the disk (`dmesg`) and at the store's folder (`ls -la`), then start the server again: it takes up what is "
                    + "there. What was removed comes back by `keyfolio restore` only."
            )
        case .auditUnwritable:
            (
                "There is no answer without its record in the audit log, and the record cannot be written.",
                "The message has the cause: make room (`df -h`), or mend owner and mode of the store (`ls -la`)."
            )
        // What is wrong with a file.
        case .damaged:
            (
                "The database in the file does not hold together: the disk or another program damaged it.",
                "End what serves the store, move its file away with those beside it (`mv store.db* ELSEWHERE/`), since parts of "
                    + "it may be saved, and `keyfolio restore` the latest backup in its place."
            )
        case .tampered:
            (
                "Everything in the store is authenticated with its place; something was changed, moved or put there that the "
                    + "key did not write.",
                "End what serves the store, move its file away with those beside it (`mv store.db* ELSEWHERE/`), find out who "
                    + "can write there (`ls -la`), and `keyfolio restore` the latest backup in its place."
            )
        case .rolledBack:
            (
                "The anchor beside the key knows a later state: somebody put an older copy of the file in place, and what was "
                    + "changed since (a revoked token, a new password) is undone.",
                "Put the newest copy back; where the older state is meant, `keyfolio audit accept-rollback`."
            )
        case .notAStore:
            (
                "The file was made by another program, or is empty.",
                "`--store` or KEYFOLIO_STORE names the store's own file."
            )
        case .auditBroken:
            (
                "Each record is chained to the one before and the end is signed; a record was changed, removed or put in.",
                "`keyfolio audit verify --checkpoint FILE` holds it against a copy; find out who can write the store's file."
            )
        case .anchorChanged:
            (
                "The anchor says what was written last; without it an older copy of the store could not be told from the newest.",
                "Find out who can write the key's folder, look whether the store has what was written last, then `keyfolio audit "
                    + "accept-rollback`."
            )
        case .newerFormat:
            (
                "A newer keyfolio wrote it, in a way that this one does not know.",
                "Install the newer one: `keyfolio --version`."
            )
        case .invalidSnapshot:
            (
                "A backup is restored whole or not at all, and this one was cut off, changed, or is none.",
                "Take an undamaged copy of the backup."
            )
        case .storeExists:
            (
                "What is there is not written over: it may be the only copy.",
                "Use that store, or name another path with `--store`."
            )
        case .storeRemains:
            (
                "The store's own file is gone, and its log or anchor is not: a new store would not go with them.",
                "Put the file back, or move away what the message names."
            )
        case .notEmpty:
            (
                "A backup over a store that is in use would mix the two.",
                "Move the store away, or restore into another: `keyfolio restore --store FILE BACKUP`."
            )
        // What does not fit what is there.
        case .versionConflict:
            (
                "Somebody else wrote meanwhile; writing over it would lose that.",
                "Read the secret again, and write with the number of its version then."
            )
        case .otherEnvironment:
            (
                "Environments are apart in cryptography: a secret is sealed with the keys of the one that it was made in.",
                "Use another path for the other environment: `keyfolio set NAME --env ENVIRONMENT`."
            )
        case .abandoned:
            (
                "Something else that belonged to the change failed, so all of it was given up.",
                "Mend what the change needs, and do it again."
            )
        case .versionIDTaken:
            (
                "Clients name versions themselves, and each name is one version's.",
                "Give another id, or none and one is made."
            )
        case .labelElsewhere:
            (
                "Somebody moved the label meanwhile, so that moving it now would undo that.",
                "`keyfolio history` shows where it stands; name that version."
            )
        case .checkAndSetRequired:
            (
                "The secret or its mount asks each write to say which version it replaces, so that no change is lost.",
                "Give the number of the current version, 0 for a secret that is not there (`cas` of Vault's clients)."
            )
        case .labelNeeded:
            ("AWSCURRENT always stands on a version: it says which one is read.", "Put it on another version instead.")
        case .builtInLabel:
            (
                "`current` and `previous` say which version is read and which was before: writing moves them.",
                "`keyfolio set` or `keyfolio rollback`; or use a label of your own."
            )
        // What cannot be.
        case .invalidPath:
            (
                "A path that can be read in two ways could pass a policy as one thing and be stored as another.",
                "Give one such as project/production: letters, digits and `_ . - @ + =`, with single slashes between."
            )
        case .invalidFieldName:
            (
                "Names of fields become names of variables and stand in records.",
                "Give a name without control characters, of at most 256 bytes."
            )
        case .payloadTooLarge:
            (
                "A payload is encrypted and kept in memory as a whole, so it has a bound of 16 MiB.",
                "Keep the file elsewhere, encrypted (`keyfolio age encrypt`), and its key here."
            )
        case .tooManyFields:
            ("A secret has at most 4096 fields.", "Split it into several: `keyfolio set NAME --path PATH`.")
        case .invalidEnvironment:
            (
                "An environment's name is part of its keys, paths and policies.",
                "Choose a name of letters, digits, `_`, `.` and `-`, such as production."
            )
        case .invalidLabel:
            (
                "A label of digits alone would be taken for a number of a version.",
                "Choose a name of letters, digits, `_`, `.` and `-`, such as release-12."
            )
        case .tooManyLabels:
            (
                "A secret has at most 20 labels of its own, as in AWS.",
                "`aws secretsmanager update-secret-version-stage` takes one away."
            )
        case .invalidAttribute:
            (
                "What was sent has a member, a name or a value that cannot be: the message says which and what it should be. "
                    + "Nothing was changed.",
                "`--help` of the command shows what it takes, /api/openapi.json what each request takes."
            )
        }
    }
}
