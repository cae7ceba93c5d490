internal import Secrets

/// Shamir's secret sharing over GF(2^8): A. Shamir, How to Share a Secret, CACM 22 (11), 1979.
///
/// Each byte of the secret is the value at 0 of a random polynomial of its own, of degree threshold - 1; a share is the
/// values of all of them at one place. A share's bytes are those values and, last, the place, which is not 0: the format
/// of HashiCorp Vault's shares, which are in the same field.
enum Shamir {
    /// The most shares: a place is a byte, and 0 is the secret's.
    static let mostShares = 255

    /// Cuts a secret into shares.
    ///
    /// - Parameters:
    ///   - secret: Not empty.
    ///   - count: How many shares, up to ``mostShares``.
    ///   - threshold: How many of them give the secret, from 2 to `count`; fewer tell nothing of it.
    /// - Returns: The shares, at random places.
    static func split(_ secret: Secret<[UInt8]>, shares count: Int, threshold: Int) -> [Secret<[UInt8]>] {
        precondition((2...mostShares).contains(threshold) && (threshold...mostShares).contains(count))
        var generator = SystemRandomNumberGenerator()
        let places = (1...UInt8(mostShares)).shuffled(using: &generator).prefix(count)
        var coefficients = randomBytes((threshold - 1) * secret.byteCount)
        defer { wipe(&coefficients) }
        return places.map { share(of: secret, coefficients, at: $0) }
    }

    /// The share at a place.
    ///
    /// - Parameters:
    ///   - secret: The polynomials' values at 0.
    ///   - coefficients: The others of each polynomial, from the linear one on; those of the secret's first byte first.
    ///   - place: Not 0.
    static func share(of secret: Secret<[UInt8]>, _ coefficients: [UInt8], at place: UInt8) -> Secret<[UInt8]> {
        let degree = coefficients.count / secret.byteCount
        var bytes: [UInt8] = []
        bytes.reserveCapacity(secret.byteCount + 1)
        defer { wipe(&bytes) }
        unsafe secret.withUnsafeBytes { secret in
            for position in 0..<secret.count {
                // Horner's rule.
                var value: UInt8 = 0
                for coefficient in coefficients[position * degree..<(position + 1) * degree].reversed() {
                    value = GaloisField.multiply(value ^ coefficient, place)
                }
                bytes.append(unsafe value ^ secret[position])
            }
        }
        bytes.append(place)
        return Secret(bytes)
    }

    /// The secret of shares, by interpolation at 0. Wrong shares, or too few, give something else: nothing here tells.
    ///
    /// - Returns: nil when there are fewer than two shares, they are of different lengths or too short, or two are of the
    ///   same place.
    static func combine(_ shares: [Secret<[UInt8]>]) -> Secret<[UInt8]>? {
        guard shares.count >= 2, shares.count <= mostShares, let length = shares.first?.byteCount, length >= 2,
            shares.allSatisfy({ $0.byteCount == length })
        else { return nil }
        let places = shares.map { share in unsafe share.withUnsafeBytes { unsafe $0[length - 1] } }
        guard Set(places).count == places.count, !places.contains(0) else { return nil }
        var secret = [UInt8](repeating: 0, count: length - 1)
        defer { wipe(&secret) }
        for (share, place) in zip(shares, places) {
            // Lagrange's basis polynomial of the place, at 0; in this field minus is plus.
            var basis: UInt8 = 1
            for other in places where other != place {
                basis = GaloisField.multiply(basis, GaloisField.multiply(other, GaloisField.inverse(other ^ place)))
            }
            unsafe share.withUnsafeBytes { share in
                for position in secret.indices {
                    secret[position] ^= GaloisField.multiply(unsafe share[position], basis)
                }
            }
        }
        return Secret(secret)
    }
}
