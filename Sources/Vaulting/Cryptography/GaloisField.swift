/// Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1 (0x11B): FIPS 197, section 4.
///
/// No table is read and no branch is taken at a place that depends on an operand, so neither the cache nor the clock tells
/// one: tables of logarithms, which are usual here, told (CVE-2023-25000).
enum GaloisField {
    /// The product, by shifting and adding (FIPS 197, 4.2.1), with masks for what would be conditions.
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var shifted = left
        var product: UInt8 = 0
        for bit: UInt8 in 0..<8 {
            product ^= shifted & (0 &- (right >> bit & 1))
            let isOver = 0 &- (shifted >> 7)
            shifted = shifted << 1 ^ (0x1B & isOver)
        }
        return product
    }

    /// The multiplicative inverse, and 0 for 0: the operand to the power of 254, which is 2 + 4 + … + 128.
    static func inverse(_ operand: UInt8) -> UInt8 {
        var power = operand
        var product: UInt8 = 1
        for _ in 0..<7 {
            power = multiply(power, power)
            product = multiply(product, power)
        }
        return product
    }
}
