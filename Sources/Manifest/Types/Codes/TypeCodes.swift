public import Findings

/// What can be malformed about a value, by its type. One code for one fault.
///
/// The numbers leave room by topic: 001 general, 010 numbers and words, 020 URLs and hosts, 040 lists and mail,
/// 050 encodings and JSON, 060 services, 100 PostgreSQL URLs.
public enum TypeCodes {
    /// Every code, in the order of the numbers.
    public static let all: [FindingCode] = general + network + data + services + postgres
}
