extension [UInt8] {
    /// The bytes of a C string, without its NUL.
    ///
    /// - Parameter text: A NUL-terminated string.
    init(cString text: UnsafePointer<CChar>) {
        var length = 0
        while unsafe text[length] != 0 { length += 1 }
        self = unsafe Array(UnsafeRawBufferPointer(start: text, count: length))
    }

    /// Calls a closure with the bytes as a C string.
    ///
    /// - Parameter body: Receives the string, valid during the call only.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let terminated = map { CChar(bitPattern: $0) } + [0]
        return unsafe terminated.withUnsafeBufferPointer { buffer in
            guard let address = buffer.baseAddress else { preconditionFailure("a C string has its NUL") }
            return unsafe body(address)
        }
    }
}
