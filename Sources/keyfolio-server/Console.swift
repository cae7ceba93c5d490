import SecretStore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is said to whoever started the server.
enum Console {
    /// Data: on standard output.
    static func say(_ text: String) { write(text + "\n", to: 1) }
    /// Talk: on standard error.
    static func complain(_ text: String) { write("keyfolio: " + text + "\n", to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// A variable of the environment.
    static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// Why the server does not start.
struct ServerFailure: Error {
    let text: String
    let status: Int32

    init(_ text: String, status: Int32 = 6) {
        self.text = text
        self.status = status
    }

    init(_ error: StoreError) {
        let status: Int32 =
            switch error.category {
            case .notFound: 3
            case .denied: 4
            case .sealed: 5
            case .unavailable: 6
            case .corrupt: 7
            case .conflict: 8
            case .newerFormat: 9
            case .invalid: 10
            }
        self.init("\(error.code): \(error.message)\n  → \(error.fix)", status: status)
    }
}
