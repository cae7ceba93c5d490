import Certificates
import FuzzDriver
import Server

@main
enum FuzzCertificate {
    static func main() {
        FuzzDriver.run { input in
            // The first byte chooses: a text in PEM, or a pattern's length and the pattern before a certificate in DER.
            let (choice, rest) = (input.first ?? 0, Array(input.dropFirst()))
            if choice == 0xFF {
                let text = String(decoding: rest, as: UTF8.self)
                FuzzDriver.require(CertificateFuzzing.readsText(text, X509Reader()), "an invariant of texts in PEM")
            } else {
                let count = min(Int(choice % 32), rest.count)
                let pattern = String(decoding: rest.prefix(count), as: UTF8.self)
                let holds = CertificateFuzzing.judges(Array(rest.dropFirst(count)), pattern: pattern, X509Reader())
                FuzzDriver.require(holds, "an invariant of certificates")
            }
        }
    }
}
