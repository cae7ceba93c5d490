internal import CPlatform

/// Overwrites memory that held a secret, in a way that no optimiser removes.
func wipe(_ memory: UnsafeMutableRawBufferPointer) {
    guard let address = memory.baseAddress else { return }
    unsafe kf_wipe(address, memory.count)
}

/// Overwrites the bytes of an array that nobody else shares, and empties it.
func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe wipe($0) }
    bytes.removeAll()
}
