import Hummingbird
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a request carries through the middleware: besides what Hummingbird needs, who sent it.
struct BackendRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client's address without its port; `unknown` where there is no socket.
    let clientAddress: String

    /// The same answer has the same bytes: keys in order.
    var responseEncoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        clientAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
