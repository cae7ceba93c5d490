internal import Findings
internal import SecretStore
internal import Vaulting

/// DeleteSecret, RestoreSecret, TagResource, UntagResource, UpdateSecretVersionStage.
extension AWSActions {
    func delete(_ input: DeleteSecretInput) throws(AWSError) -> JSONValue {
        guard let window = input.window else { return try deleteAtOnce(input) }
        let secret = try secret(input.secretID)
        let purged = Timestamp(microseconds: now.microseconds + Int64(window) * 86_400_000_000)
        let deletion = try gate(secret.name) { () throws(StoreError) in
            try vault.markForDeletion(secret.path, purging: purged)
        }
        return answer(secret, [("DeletionDate", .epoch(deletion.purged))])
    }

    /// Without recovery, also what is marked for deletion; what is not there is as good as deleted, as AWS has it.
    private func deleteAtOnce(_ input: DeleteSecretInput) throws(AWSError) -> JSONValue {
        do throws(AWSError) {
            let secret = try secret(input.secretID, mayBeDeleted: true)
            try gate(secret.name) { () throws(StoreError) in try vault.remove(secret.path) }
            return answer(secret, [("DeletionDate", .epoch(now))])
        } catch {
            guard error == .secretNotFound else { throw error }
            let isARN = input.secretID.hasPrefix("arn:")
            let name = isARN ? input.secretID.split(separator: ":").last.map(String.init) ?? "" : input.secretID
            return [
                "ARN": .string(isARN ? input.secretID : arn(try AWSName(name), VersionID().hex)), "Name": .string(name),
                "DeletionDate": .epoch(now),
            ]
        }
    }

    func restore(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID, mayBeDeleted: true)
        // Restoring what is not marked changes nothing, and is no error.
        if secret.details.deletion != nil {
            try gate(secret.name) { () throws(StoreError) in try vault.restore(secret.path) }
        }
        return answer(secret)
    }

    func tag(_ input: TagResourceInput) throws(AWSError) {
        let secret = try secret(input.secretID)
        let tags = secret.details.attributes.tags.merging(input.tags) { $1 }
        guard tags.count <= TagsInput.most else { throw TagsInput.tooMany }
        try gate(secret.name) { () throws(StoreError) in
            try vault.setAttributes(secret.path) { (attributes) throws(StoreError) in attributes.tags = tags }
        }
    }

    func untag(_ input: UntagResourceInput) throws(AWSError) {
        let secret = try secret(input.secretID)
        try gate(secret.name) { () throws(StoreError) in
            try vault.setAttributes(secret.path) { (attributes) throws(StoreError) in
                for key in input.keys { attributes.tags[key] = nil }
            }
        }
    }

    func moveStage(_ input: UpdateSecretVersionStageInput) throws(AWSError) -> JSONValue {
        let secret = try secret(input.secretID)
        let label = try AWSStage.label(input.stage)
        let holder = secret.version(labelled: label)
        guard input.from != nil || input.to != nil else {
            throw AWSError(.invalidParameter, "You must specify RemoveFromVersionId, MoveToVersionId or both.")
        }
        if let from = input.from {
            guard let version = secret.version(from) else {
                throw AWSError(.invalidParameter, "Not a valid version: \(from)")
            }
            guard version.number == holder?.number else {
                throw AWSError(.invalidParameter, "Version stage \(input.stage) not found in version \(from)")
            }
        }
        guard let to = input.to else {
            guard label != .current else {
                throw AWSError(
                    .invalidParameter,
                    "You can only move staging label AWSCURRENT to a different secret version. It can't be completely "
                        + "removed."
                )
            }
            try move(label, of: secret, from: holder, to: nil)
            return answer(secret)
        }
        guard let target = secret.version(to) else { throw AWSError(.invalidParameter, "Not a valid version: \(to)") }
        if let holder, holder.number == target.number { return answer(secret) }
        if let holder, input.from == nil {
            throw AWSError(
                .invalidParameter,
                "The parameter RemoveFromVersionId can't be empty. Staging label \(input.stage) is currently attached to "
                    + "version \(holder.awsID), so you must explicitly reference that version in RemoveFromVersionId."
            )
        }
        guard target.labels.count < 20 || target.labels.contains(label) else {
            throw AWSError(.limitExceeded, "A version can have at most 20 staging labels.")
        }
        try move(label, of: secret, from: holder, to: target)
        return answer(secret)
    }

    private func move(
        _ label: Label,
        of secret: AWSSecret,
        from old: VersionDetails?,
        to new: VersionDetails?
    ) throws(AWSError) {
        try gate(secret.name) { () throws(StoreError) in
            try vault.moveLabel(
                label,
                on: secret.path,
                from: old.map { .number($0.number) },
                to: new.map { .number($0.number) },
                // A placeholder may have it, which nobody sees.
                isAnywhere: old == nil
            )
        }
    }
}

/// ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica: there are no replicas.
extension AWSActions {
    func replicate(_ input: ReplicationInput, _ error: AWSError) throws(AWSError) -> JSONValue {
        _ = try secret(input.secretID)
        throw error
    }

    func stopReplication(_ input: SecretIDInput) throws(AWSError) -> JSONValue {
        _ = try secret(input.secretID)
        throw AWSError(.invalidRequest, "The secret is not a replica of a secret in another Region.")
    }
}
