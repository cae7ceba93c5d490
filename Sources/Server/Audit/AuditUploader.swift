public import Vaulting

/// Sends the audit log to another machine. The program that serves has one; this module speaks to no network.
public protocol AuditUploader: Sendable {
    /// Sends one body, and returns when the other side has confirmed with a status of 200 to 299 that it has it.
    ///
    /// - Parameters:
    ///   - body: An array of JSON: records as ``AuditExport`` has them, and checkpoints.
    ///   - milliseconds: How long connecting, sending and waiting for the answer may take together.
    /// - Throws: ``AuditSinkError``: ``AuditSinkError/late(_:)``, ``AuditSinkError/refused(status:)``,
    ///   ``AuditSinkError/unusable(_:)``; with nothing of the body or of the answer in it.
    func upload(_ body: [UInt8], within milliseconds: Int) throws(AuditSinkError)
}

/// Gives deliveries to an uploader.
final class UploadAuditSink: AuditSink {
    private let uploader: any AuditUploader
    private let milliseconds: Int

    init(_ uploader: any AuditUploader, _ milliseconds: Int) {
        self.uploader = uploader
        self.milliseconds = milliseconds
    }

    func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        try uploader.upload(delivery.array, within: milliseconds)
        taken = delivery.entries.count
    }

    func reopen() {}
}
