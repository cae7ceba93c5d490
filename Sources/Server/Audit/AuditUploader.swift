public import Vaulting

/// Sends the audit log to another machine. The program that serves has one; this module speaks to no network. Made and used
/// by the one thread of a follower.
public protocol AuditUploader: AnyObject {
    /// Sends one body, and returns when the other side has confirmed with a status of 200 to 299 that it has it.
    ///
    /// - Parameters:
    ///   - body: Lines of JSON: records as ``AuditExport`` has them, and checkpoints.
    ///   - milliseconds: How long connecting, sending and waiting for the answer may take together.
    /// - Throws: ``AuditSinkError``: ``AuditSinkError/late(_:)``, ``AuditSinkError/refused(status:)``,
    ///   ``AuditSinkError/unusable(_:)``; with nothing of the body or of the answer in it.
    func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError)
}

/// Gives deliveries to an uploader: a delivery is one body, which the other side has as a whole or not at all.
final class UploadAuditSink: AuditSink {
    private let make: @Sendable () -> any AuditUploader
    private let milliseconds: Int
    private var uploader: any AuditUploader

    init(within milliseconds: Int, _ make: @escaping @Sendable () -> any AuditUploader) {
        (self.make, self.milliseconds, uploader) = (make, milliseconds, make())
    }

    func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        try uploader.upload(delivery.lines, within: milliseconds)
        taken = delivery.entries.count
    }

    func reopen() { uploader = make() }
}
