internal import AccessPolicy
internal import Findings
internal import SecretStore

extension Vault {
    /// What somebody wants to do.
    struct Request {
        /// What must be allowed.
        enum Need {
            /// One capability on one resource, with what was sent when a policy may look at that.
            case capability(Capability, String, JSONObject? = nil)
            /// Writing a payload: `create` when the secret is not there, else `update`.
            case write(SecretPath)
            /// Seeing what lies under a prefix, of which a part may be allowed.
            case listing(String)
        }

        let action: AuditAction
        let need: Need
        let path: SecretPath?
        let fields: [String]
        /// What the record says beside the action, until the act says better.
        var detail: String?
        /// Whether another record will say how it ended.
        var begins = false

        /// What is about one secret.
        init(
            _ action: AuditAction,
            needs capability: Capability,
            _ aspect: Resource.Aspect,
            of path: SecretPath,
            fields: [String] = []
        ) {
            self.action = action
            need = .capability(capability, Resource.text(aspect, path))
            self.path = path
            self.fields = fields
        }

        /// What is about the store, or about what is no secret.
        init(
            _ action: AuditAction,
            needs capability: Capability,
            on resource: String,
            detail: String? = nil,
            parameters: JSONObject? = nil
        ) {
            self.action = action
            need = .capability(capability, resource, parameters)
            path = nil
            fields = []
            self.detail = detail
        }

        /// Writing a payload.
        init(writing path: SecretPath, _ action: AuditAction) {
            self.action = action
            need = .write(path)
            self.path = path
            fields = []
        }

        /// Listing.
        init(listing prefix: SecretPath?) {
            action = .list
            need = .listing(Resource.listing(prefix))
            path = prefix
            fields = []
        }

        /// Watching: what reading one secret needs, or listing those below a path.
        init(watching place: WatchedPlace) {
            action = .watch
            fields = []
            switch place {
            case .secret(let path):
                need = .capability(.read, Resource.text(.data, path))
                self.path = path
            case .below(let above):
                need = .listing(Resource.listing(above))
                path = above
            }
        }

        /// What every write sends, in the words of policies that look at parameters.
        private static let payload: JSONObject = {
            var object = JSONObject()
            object["data"] = [:]
            return object
        }()

        /// - Parameter seconds: For how long the answer will be wrapped; nil when it is not.
        /// - Returns: What refuses it; nil when it is allowed. ``Engine/decided`` is what it has found.
        func refusal(by access: AccessControl, wrapped seconds: Int?, _ engine: Engine) throws(StoreError) -> Refusal? {
            let capability: Capability
            let decision: Decision
            switch need {
            case .capability(let needed, let resource, let parameters):
                capability = needed
                decision = access.decide(needed, on: resource, parameters: parameters)
            case .write(let path):
                let found = try engine.secret(at: path)
                engine.decided = (path, found)
                capability = found == nil ? .create : .update
                decision = access.decide(capability, on: Resource.text(.data, path), parameters: Self.payload)
            case .listing(let prefix):
                if access.mayHold(.list, under: prefix, wrapping: seconds) { return nil }
                guard access.mayHold(.list, under: prefix) else { return Refusal(rule: "no rule gives list below it") }
                return Refusal(
                    rule: "what gives list below it asks for another wrapping of the answer",
                    condition: access.decide(.list, on: prefix).unmetCondition(wrapping: seconds)
                )
            }
            if decision.admits(wrapping: seconds) { return nil }
            return Refusal(
                rule: AuditRecord.shown(decision.refusalText(of: capability)),
                condition: unmetCondition(decision, by: access, wrapped: seconds, Self.payload)
            )
        }

        /// - Parameter seconds: For how long the answer will be wrapped; nil when it is not.
        func isAllowed(by access: AccessControl, wrapped seconds: Int?, _ engine: Engine) throws(StoreError) -> Bool {
            defer { engine.decided = nil }
            return try refusal(by: access, wrapped: seconds, engine) == nil
        }

        /// What the request is about when it is no secret.
        var resource: String? {
            guard path == nil, case .capability(_, let resource, _) = need else { return nil }
            return AuditRecord.shown(resource)
        }
    }

    /// What the act adds to its record.
    struct Passage {
        /// The time of the record, and of whatever is written with it.
        let time: Timestamp
        /// The fields that were changed, when they were not named in the request.
        var fields: [String] = []
        var version: Int?
        var detail: String?
        /// The keyed hash of a payload that was written.
        var hash: [UInt8]?
        /// The log that takes the record instead of the store's own: only when a snapshot's log is continued.
        var continuedLog: AuditLog?
        /// Further secrets that are changed beside the request's own: those who watch are told of each.
        var alsoChanged: [SecretPath] = []
        /// Why the act lets somebody in not: then the record says so, and the act's error is for the answer only.
        var refusal: AuthenticationError?
        /// The rule that refuses, when it is the act that finds out.
        var rule: String?
        /// Who it was, when it is the act that finds out: a login.
        var caller: Principal?
        /// Set before the first row is changed: when the act fails after that, everything is rolled back.
        var isChanging = false
    }
}
