internal import CPlatform

/// Bytes of one secret in memory of their own, overwritten when the last reference goes.
///
/// Memory is not locked: a page costs a system call and the limit is small. Keys that live as long as the process
/// (the root key) are the engine's business.
@safe final class WipedBytes: @unchecked Sendable {
    /// Written once in `init`, only read after that: this is what makes the class sendable.
    private let memory: UnsafeMutableRawBufferPointer

    init(copying bytes: UnsafeRawBufferPointer) {
        unsafe memory = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe memory.copyMemory(from: bytes)
    }

    deinit {
        if let address = unsafe memory.baseAddress {
            unsafe kf_wipe(address, memory.count)
        }
        unsafe memory.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(memory) }
}
