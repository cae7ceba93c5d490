import SecretStore
import Secrets
import Testing

@testable import Vaulting

@Suite struct GaloisFieldTests {
    /// The definition: the product of polynomials, and what is left of it after division by 0x11B.
    private func defined(_ left: Int, _ right: Int) -> UInt8 {
        var product = 0
        for bit in 0..<8 where right & 1 << bit != 0 { product ^= left << bit }
        for bit in (8..<16).reversed() where product & 1 << bit != 0 { product ^= 0x11B << (bit - 8) }
        return UInt8(product)
    }

    @Test func `every product is what the definition says`() {
        for left in 0..<256 {
            for right in 0..<256 {
                #expect(GaloisField.multiply(UInt8(left), UInt8(right)) == defined(left, right))
            }
        }
    }

    @Test func `every inverse times its operand is one, and there is none of zero`() {
        #expect(GaloisField.inverse(0) == 0)
        for operand: UInt8 in 1...255 {
            #expect(GaloisField.multiply(operand, GaloisField.inverse(operand)) == 1)
        }
    }

    @Test func `the products that FIPS 197 and HashiCorp's tests publish`() {
        // FIPS 197, 4.2 and 4.2.1; hashicorp/vault shamir/shamir_test.go.
        for (left, right, product): (UInt8, UInt8, UInt8) in [
            (0x57, 0x83, 0xC1), (0x57, 0x02, 0xAE), (0x57, 0x04, 0x47), (0x57, 0x08, 0x8E), (0x57, 0x10, 0x07),
            (0x57, 0x13, 0xFE), (3, 7, 9), (3, 0, 0), (0, 3, 0),
        ] { #expect(GaloisField.multiply(left, right) == product) }
        #expect(GaloisField.multiply(6, GaloisField.inverse(3)) == 2)
        #expect(GaloisField.multiply(0, GaloisField.inverse(7)) == 0)
    }

    @Test func `the inverses are those of the AES S-box`() throws {
        // FIPS 197, figure 7: an affine transformation of the inverse (5.1.1).
        let box = try #require(
            Hex.decode(
                """
                637c777bf26b6fc53001672bfed7ab76ca82c97dfa5947f0add4a2af9ca472c0\
                b7fd9326363ff7cc34a5e5f171d8311504c723c31896059a071280e2eb27b275\
                09832c1a1b6e5aa0523bd6b329e32f8453d100ed20fcb15b6acbbe394a4c58cf\
                d0efaafb434d338545f9027f503c9fa851a3408f929d38f5bcb6da2110fff3d2\
                cd0c13ec5f974417c4a77e3d645d197360814fdc222a908846eeb814de5e0bdb\
                e0323a0a4906245cc2d3ac629195e479e7c8376d8dd54ea96c56f4ea657aae08\
                ba78252e1ca6b4c6e8dd741f4bbd8b8a703eb5664803f60e613557b986c11d9e\
                e1f8981169d98e949b1e87e9ce5528df8ca1890dbfe6426841992d0fb054bb16
                """
            )
        )
        func rotated(_ byte: UInt8, _ count: UInt8) -> UInt8 { byte << count | byte >> (8 - count) }
        for operand: UInt8 in 0...255 {
            let inverse = GaloisField.inverse(operand)
            let sum = (1...4).reduce(inverse) { $0 ^ rotated(inverse, UInt8($1)) }
            #expect(sum ^ 0x63 == box[Int(operand)])
        }
    }
}

@Suite struct ShamirTests {
    private func secret(_ hexadecimal: String) throws -> Secret<[UInt8]> {
        Secret(try #require(Hex.decode(hexadecimal)))
    }

    @Test func `the shares that draft-mcgrew-tss-03 publishes give its secret`() throws {
        // Section 9: secret 7465737400, shares 1 and 2; there the place stands first, here last.
        let shares = try [secret("b9fa07e18501"), secret("f5409b451102")]
        #expect(Shamir.combine(shares) == (try secret("7465737400")))
        #expect(Shamir.combine(shares.reversed()) == (try secret("7465737400")))
    }

    @Test func `the same coefficients give the published shares`() throws {
        // A line through the secret at 0 and share 1 at 1: the coefficient is their sum.
        let coefficients: [UInt8] = [0xB9 ^ 0x74, 0xFA ^ 0x65, 0x07 ^ 0x73, 0xE1 ^ 0x74, 0x85]
        let whole = try secret("7465737400")
        #expect(Shamir.share(of: whole, coefficients, at: 1) == (try secret("b9fa07e18501")))
        #expect(Shamir.share(of: whole, coefficients, at: 2) == (try secret("f5409b451102")))
    }

    @Test func `a share is the polynomials' values by the definition`() throws {
        let whole = Secret<[UInt8]>([42, 0, 255])
        let coefficients: [UInt8] = [7, 9, 11, 0, 0, 1]
        for place: UInt8 in 1...255 {
            let square = GaloisField.multiply(place, place)
            let expected = zip([42, 0, 255] as [UInt8], [(7, 9), (11, 0), (0, 1)] as [(UInt8, UInt8)])
                .map { $0 ^ GaloisField.multiply($1.0, place) ^ GaloisField.multiply($1.1, square) }
            #expect(Shamir.share(of: whole, coefficients, at: place).reveal() == expected + [place])
        }
    }

    @Test func `any three of five shares, in any order, give the secret, and no two do`() {
        let whole = Secret(Array("a key of 32 bytes, for the tests".utf8))
        let shares = Shamir.split(whole, shares: 5, threshold: 3)
        #expect(shares.count == 5 && shares.allSatisfy { $0.byteCount == whole.byteCount + 1 })
        for first in 0..<5 {
            for second in 0..<5 where second != first {
                #expect(Shamir.combine([shares[first], shares[second]]) != whole)
                for third in 0..<5 where third != first && third != second {
                    #expect(Shamir.combine([shares[first], shares[second], shares[third]]) == whole)
                }
            }
        }
        #expect(Shamir.combine(shares) == whole)
    }

    @Test(arguments: [(2, 2), (3, 2), (255, 2), (255, 255), (17, 9)])
    func `shares are at places of their own, none at zero`(count: Int, threshold: Int) {
        let whole = Secret<[UInt8]>(randomBytes(32))
        let shares = Shamir.split(whole, shares: count, threshold: threshold)
        let places = Set(shares.map { $0.reveal()[32] })
        #expect(places.count == count && !places.contains(0))
        #expect(Shamir.combine(Array(shares.suffix(threshold))) == whole)
        #expect(Shamir.combine(Array(shares.prefix(threshold - 1))) != whole)
    }

    @Test func `fewer shares than the threshold fit every secret equally well`() {
        // For each value of a byte there is exactly one line through it and the share: the share tells nothing.
        let share: UInt8 = 0x5A
        let place: UInt8 = 0x31
        var slopes: Set<UInt8> = []
        for value: UInt8 in 0...255 {
            let slope = GaloisField.multiply(share ^ value, GaloisField.inverse(place))
            #expect(Shamir.share(of: Secret([value]), [slope], at: place).reveal() == [share, place])
            slopes.insert(slope)
        }
        #expect(slopes.count == 256)
    }

    @Test func `two cuts of one secret have nothing in common`() {
        let whole = Secret<[UInt8]>(Array(repeating: 0, count: 32))
        let (first, second) = (
            Shamir.split(whole, shares: 3, threshold: 2), Shamir.split(whole, shares: 3, threshold: 2)
        )
        #expect(first.allSatisfy { share in !second.contains(share) })
        // A constant polynomial would be the secret itself.
        #expect((first + second).allSatisfy { $0.reveal().dropLast() != whole.reveal()[...] })
    }

    @Test func `what cannot be shares of one secret gives nothing`() throws {
        let shares = Shamir.split(Secret<[UInt8]>(randomBytes(32)), shares: 3, threshold: 2)
        var atZero = shares[0].reveal()
        atZero[32] = 0
        var samePlace = shares[0].reveal()
        samePlace[0] ^= 1
        for wrong: [Secret<[UInt8]>] in [
            [], [shares[0]], [shares[0], shares[0]], [shares[0], Secret(samePlace)], [shares[0], Secret(atZero)],
            [shares[0], Secret(Array(shares[1].reveal().dropLast()))], [Secret([1]), Secret([2])],
        ] { #expect(Shamir.combine(wrong) == nil) }
    }

    @Test func `a wrong share among right ones gives another secret, and none is named`() {
        let whole = Secret<[UInt8]>(randomBytes(32))
        let shares = Shamir.split(whole, shares: 3, threshold: 3)
        for position in 0..<3 {
            var wrong = shares
            var bytes = wrong[position].reveal()
            bytes[5] ^= 0x80
            wrong[position] = Secret(bytes)
            let combined = Shamir.combine(wrong)
            #expect(combined != nil && combined != whole)
        }
    }
}

@Suite struct SharedKeyTests {
    @Test(arguments: [(0, 0), (0, 1), (1, 0), (1, 2), (5, 1), (5, 6), (5, -1), (-1, 1), (256, 3), (Int.max, 2)])
    func `numbers that make no sense are refused`(count: Int, threshold: Int) {
        #expect {
            _ = try SharedKey(shares: count, threshold: threshold)
        } throws: {
            ($0 as? StoreError)?.code == "KF-STORE-083"
        }
    }

    @Test func `one share of one is the key itself`() throws {
        let key = try SharedKey(shares: 1, threshold: 1)
        #expect(key.shares.map(\.byteCount) == [32] && SharedKey.shareBytes(of: 1) == 32)
        #expect(SharedKey(combining: key.shares)?.key == key.key)
    }

    @Test func `enough shares are the key again, and what is no set of shares is none`() throws {
        let key = try SharedKey(shares: 5, threshold: 3)
        #expect(key.shares.allSatisfy { $0.byteCount == SharedKey.shareBytes(of: 5) })
        #expect(SharedKey(combining: Array(key.shares[1...3]))?.key == key.key)
        #expect(SharedKey(combining: Array(key.shares[1...2]))?.key != key.key)
        #expect(SharedKey(combining: []) == nil)
        #expect(SharedKey(combining: [key.shares[0]]) == nil)
        #expect(SharedKey(combining: [Secret([1, 2, 3]), Secret([1, 2, 4])]) == nil)
        #expect("\(key)" == "SharedKey(key: ••••, count: 5, threshold: 3, shares: [••••, ••••, ••••, ••••, ••••])")
    }
}
