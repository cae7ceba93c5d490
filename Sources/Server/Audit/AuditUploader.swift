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

/// Gives deliveries to an uploader, cut into bodies. The other side has a body as a whole or not at all.
final class UploadAuditSink: AuditSink {
    private let make: @Sendable () -> any AuditUploader
    private let options: AuditTarget.UploadOptions
    private var uploader: any AuditUploader

    init(_ options: AuditTarget.UploadOptions, _ make: @escaping @Sendable () -> any AuditUploader) {
        (self.make, self.options, uploader) = (make, options, make())
    }

    func write(_ delivery: AuditDelivery, taken: inout Int) throws(AuditSinkError) {
        var (body, waiting): ([UInt8], Int) = ([], 0)
        func upload() throws(AuditSinkError) {
            try uploader.upload(body, within: options.milliseconds)
            taken += waiting
            (body, waiting) = ([], 0)
        }
        func uploadPart() throws(AuditSinkError) {
            try upload()
            guard delivery.isWanted() else { throw .unusable("nobody waits for it") }
        }
        for line in delivery.entries.lazy.map(\.line) {
            // With the line's end: a body is no larger than it may be, unless one record is.
            if waiting > 0, body.count + line.count >= options.bodyBytes {
                try uploadPart()
            }
            body += line
            body.append(0x0A)
            waiting += 1
        }
        if let checkpoint = delivery.checkpoint {
            let line = checkpoint.line
            if waiting > 0, body.count + line.count >= options.bodyBytes {
                try uploadPart()
            }
            body += line + [0x0A]
        }
        try upload()
    }

    func reopen() { uploader = make() }
}
