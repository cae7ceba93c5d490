internal import CPlatform

/// Overwrites bytes that were secret, before their memory goes back to the allocator.
///
/// What a library returned in a buffer of its own cannot be reached this way: see SECURITY.md.
func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let address = buffer.baseAddress else { return }
        unsafe kf_wipe(address, buffer.count)
    }
    bytes.removeAll()
}
