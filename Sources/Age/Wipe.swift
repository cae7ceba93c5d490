internal import CPlatform

/// Overwrites bytes that were secret, before their memory goes back to the allocator.
func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let address = buffer.baseAddress else { return }
        unsafe kf_wipe(address, buffer.count)
    }
    bytes.removeAll()
}

/// Overwrites bytes that a library decrypted into a buffer of its own.
///
/// The type has no name here: only Foundation's modules know it. Its buffer belongs to nobody else, so that writing to
/// it makes no copy. Never to be used on a key's representation, which may be the memory of the key itself.
func wipeReturned(_ bytes: inout some MutableCollection<UInt8>) {
    for index in bytes.indices { bytes[index] = 0 }
}
