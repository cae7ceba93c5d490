internal import CPlatform

extension [UInt8] {
    /// Overwrites the bytes, then forgets them. Copies that others hold are others'.
    mutating func wipe() {
        unsafe withUnsafeMutableBytes { memory in
            if let start = memory.baseAddress { unsafe kf_wipe(start, memory.count) }
        }
        self = []
    }
}
