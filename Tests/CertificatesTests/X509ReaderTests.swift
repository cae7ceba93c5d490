import Certificates
import Crypto
import Foundation
import SecretStore
import Server
import SwiftASN1
import Testing
import X509

struct X509ReaderTests {
    let reader = X509Reader()
    let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func isTaken(
        _ order: Authority.Order,
        of issuer: Authority,
        through others: [Authority] = [],
        by anchors: [Authority],
        at seconds: Int = 0
    ) throws -> Bool {
        let leaf = try Authority.bytes(try issuer.issue(P256.Signing.PrivateKey().publicKey, order))
        let moment = now.adding(seconds: seconds)
        return reader.isGood(leaf, at: moment)
            && reader.isIssued(leaf, through: others.map(\.der), by: anchors.map(\.der), at: moment)
    }

    @Test func `a certificate's names are read`() throws {
        let root = try Authority("root")
        var order = Authority.Order(common: ["web"], units: ["a", "b"])
        order.names = [.dnsName("web.example"), .rfc822Name("a@b.example"), .uniformResourceIdentifier("spiffe://x/y")]
        order.extra = [
            Certificate.Extension(oid: [1, 3, 6, 1, 4, 1, 99999, 1], critical: false, value: [0x0C, 0x02, 0x68, 0x69])
        ]
        let read = try #require(
            reader.certificate(try Authority.bytes(try root.issue(P256.Signing.PrivateKey().publicKey, order)))
        )
        #expect(read.commonName == "web")
        #expect(read.units == ["a", "b"])
        #expect(read.hosts == ["web.example"])
        #expect(read.mails == ["a@b.example"])
        #expect(read.links == ["spiffe://x/y"])
        #expect(read.extensions["1.3.6.1.4.1.99999.1"] == "hi")
        #expect(!read.isAuthority)
        #expect(reader.certificate(root.der)?.isAuthority == true)
        // Two common names are none: two readers would take two of them.
        let two = try root.issue(P256.Signing.PrivateKey().publicKey, Authority.Order(common: ["web", "root"]))
        #expect(reader.certificate(try Authority.bytes(two))?.commonName == "")
        #expect(reader.certificate([]) == nil)
        #expect(reader.certificate([UInt8](repeating: 0x30, count: 40_000)) == nil)
        #expect(reader.certificates(pem: root.pem + "\n" + root.pem)?.count == 2)
        for text in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
            #expect(reader.certificates(pem: text) == nil)
        }
    }

    @Test(arguments: ["admin\0.evil.example", "a\nb", "a\u{7F}"])
    func `a certificate with a control character in a name is none`(text: String) throws {
        let root = try Authority("root")
        let orders = [
            Authority.Order(common: [text]), Authority.Order(units: [text]), Authority.Order(common: ["web", text]),
            Authority.Order(names: [.dnsName(text)]), Authority.Order(names: [.rfc822Name(text)]),
            Authority.Order(names: [.dnsName("web.example"), .uniformResourceIdentifier(text)]),
        ]
        for order in orders {
            let bytes = try Authority.bytes(try root.issue(P256.Signing.PrivateKey().publicKey, order))
            #expect(reader.certificate(bytes) == nil)
        }
        #expect(reader.certificates(pem: try Authority(text).pem) == nil)
    }

    @Test func `the signatures that are looked at are counted for a login, and not for each role`() throws {
        let root = try Authority("root")
        let wrong = try (0..<32).map { _ in try Authority("root").der }
        let leaf = try Authority.bytes(try root.issue())
        for (roles, isTaken) in [(0, true), (1, true), (2, false), (200, false)] {
            var chain = try #require(reader.chain(leaf, through: [], at: now))
            for _ in 0..<roles {
                let isIssued = chain.isIssued(by: wrong)
                #expect(!isIssued)
            }
            let isIssued = chain.isIssued(by: [root.der])
            #expect(isIssued == isTaken, "\(roles)")
        }
        // Who could not have signed costs nothing.
        let others = try (0..<32).map { try Authority("other \($0)").der }
        var chain = try #require(reader.chain(leaf, through: others, at: now))
        let found = (0..<10).map { _ in chain.isIssued(by: others) } + [chain.isIssued(by: [root.der])]
        #expect(found == [Bool](repeating: false, count: 10) + [true])
        #expect(reader.chain([1], through: [], at: now) == nil)
    }

    @Test func `an authority vouches, directly and through others`() throws {
        let root = try Authority("root")
        let middle = try Authority("middle", by: root)
        let low = try Authority("low", by: middle)
        let order = Authority.Order()
        #expect(try isTaken(order, of: root, by: [root]))
        #expect(try isTaken(order, of: middle, through: [middle], by: [root]))
        #expect(try isTaken(order, of: low, through: [low, middle], by: [root]))
        #expect(try isTaken(order, of: low, through: [middle, low], by: [root]))
        // An intermediate one may be the anchor, and what is above it is not asked.
        #expect(try isTaken(order, of: low, by: [low]))
        #expect(try !isTaken(order, of: low, through: [low], by: [root]))
        #expect(try !isTaken(order, of: middle, by: [root]))
        #expect(try !isTaken(order, of: root, by: []))
        // Another authority of the same name.
        let double = try Authority("root")
        #expect(try !isTaken(order, of: double, by: [root]))
        #expect(try !isTaken(order, of: double, through: [double], by: [root]))
    }

    @Test func `what is out of time, not for clients or not understood is refused`() throws {
        let root = try Authority("root")
        #expect(try isTaken(Authority.Order(), of: root, by: [root], at: 3600))
        #expect(try !isTaken(Authority.Order(), of: root, by: [root], at: 3601))
        #expect(try !isTaken(Authority.Order(), of: root, by: [root], at: -3601))
        #expect(try isTaken(Authority.Order(purposes: nil), of: root, by: [root]))
        #expect(try isTaken(Authority.Order(purposes: [.any]), of: root, by: [root]))
        #expect(try !isTaken(Authority.Order(purposes: [.serverAuth]), of: root, by: [root]))
        #expect(try isTaken(Authority.Order(usage: nil), of: root, by: [root]))
        #expect(try !isTaken(Authority.Order(usage: KeyUsage(keyEncipherment: true)), of: root, by: [root]))
        let unknown = Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [0x05, 0x00])
        #expect(try !isTaken(Authority.Order(extra: [unknown]), of: root, by: [root]))
        let harmless = Certificate.Extension(oid: [1, 2, 3, 4], critical: false, value: [0x05, 0x00])
        #expect(try isTaken(Authority.Order(extra: [harmless]), of: root, by: [root]))
    }

    /// threats.md, 16 (CVE-2025-6037, CVE-2024-2048).
    @Test func `who is no authority vouches for nobody`() throws {
        let root = try Authority("root")
        let orders: [(String, Authority.Order)] = [
            ("no authority", Authority.Order()),
            ("nothing said", Authority.Order(isAuthority: nil, usage: nil, purposes: nil)),
            ("no signing of certificates", Authority.Order(isAuthority: .isCertificateAuthority(maxPathLength: nil))),
            (
                "for servers",
                {
                    var order = Authority.Order.authority()
                    order.purposes = [.serverAuth]
                    return order
                }()
            ),
            (
                "out of time",
                {
                    var order = Authority.Order.authority()
                    order.to = -1
                    return order
                }()
            ),
        ]
        for (what, order) in orders {
            let impostor = try Authority("false", by: root, order)
            #expect(try !isTaken(Authority.Order(), of: impostor, through: [impostor], by: [root]), "\(what)")
            #expect(try !isTaken(Authority.Order(), of: impostor, by: [impostor]), "\(what)")
        }
        // As many below it as it says.
        let short = try Authority("short", .authority(pathLength: 0))
        let below = try Authority("below", by: short)
        #expect(try isTaken(Authority.Order(), of: short, by: [short]))
        #expect(try !isTaken(Authority.Order(), of: below, through: [below], by: [short]))
    }

    @Test func `a long chain and many authorities of one name cost a bounded time`() throws {
        var chain = [try Authority("root")]
        for number in 0..<6 { chain.append(try Authority("a\(number)", by: chain[number])) }
        #expect(try !isTaken(Authority.Order(), of: chain[6], through: Array(chain.dropFirst()), by: [chain[0]]))
        #expect(try isTaken(Authority.Order(), of: chain[4], through: Array(chain[1...4]), by: [chain[0]]))
    }
}
