/// How far `${…}` may go, so that a small file cannot fill the memory or the stack.
enum ExpansionLimits {
    /// How many expansions may stand within, or lead to, one another.
    static let depth = 64

    /// How many bytes the expansions of one file may make in all. Text that stands in the file itself does not count.
    static let bytes = mebibytes << 20

    /// ``bytes``, in the unit that the error names.
    static let mebibytes = 16
}
