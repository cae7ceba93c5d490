import Testing

@testable import StorageSQLite

/// The row numbers of versions: no version of one secret is ever taken for one of another.
@Suite struct VersionRowIDTests {
    private static let secrets: [Int64] = [0, 1, 2, 1 << 31 - 1]
    private static let numbers: [Int64] = [0, 1, 2, 1 << 31, 1 << 32 - 1]

    @Test(arguments: secrets, numbers)
    func `a row number holds the secret and the version`(secret: Int64, number: Int64) throws {
        let version = try #require(VersionRowID(secret: secret, number: number))
        #expect(version.secret == secret)
        #expect(version.number == number)
        #expect(version.id >= 0)
    }

    @Test(arguments: [(-1, 1), (1, -1), (1 << 31, 1), (1, 1 << 32), (.max, .max), (.min, .min)] as [(Int64, Int64)])
    func `what does not fit has no row number`(secret: Int64, number: Int64) {
        #expect(VersionRowID(secret: secret, number: number) == nil)
    }

    @Test func `the versions of a secret end where those of the next begin`() {
        guard case (.integer(let first), .integer(let last)) = VersionRowID.all(of: 7),
            case (.integer(let next), _) = VersionRowID.all(of: 8)
        else { return #expect(Bool(false)) }
        #expect(VersionRowID(first).secret == 7 && VersionRowID(last).secret == 7 && last + 1 == next)
    }

    @Test func `a secret beyond the limit has no versions`() {
        guard case (.integer(let first), .integer(let last)) = VersionRowID.all(of: 1 << 31) else {
            return #expect(Bool(false))
        }
        #expect(first > last)
    }
}
