internal import CPlatform

extension [UInt8] {
    /// Overwrites the bytes, where they are this array's alone.
    mutating func wipe() {
        unsafe withUnsafeMutableBytes { bytes in
            if let address = bytes.baseAddress { unsafe kf_wipe(address, bytes.count) }
        }
    }
}
