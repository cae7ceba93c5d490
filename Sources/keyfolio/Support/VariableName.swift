/// Names that a process environment and every reader of `.env` files can hold.
enum VariableName {
    /// Refuses what no environment could hold.
    ///
    /// - Throws: `KF-NAME-001`. The name is not repeated: somebody may have typed a value in its place.
    static func check(_ name: String) throws {
        let bytes = Array(name.utf8)
        let isName =
            !bytes.isEmpty && bytes.count <= 256
            && bytes.allSatisfy { isLetter($0) || $0 == 0x5F || (0x30...0x39).contains($0) }
            && !(0x30...0x39).contains(bytes[0])
        guard isName else {
            throw CommandFailure(
                "KF-NAME-001",
                "a variable's name has letters, digits and underscores, does not begin with a digit, and has at most 256",
                fix: "choose such a name; it was not repeated here because it may be a value",
                status: .usage
            )
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
