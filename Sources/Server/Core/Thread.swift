#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A thread of the system's.
@safe final class Thread: @unchecked Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var thread = pthread_t()

    /// Starts a thread that runs a closure and ends. Somebody must ``join()`` it.
    init(_ run: @escaping @Sendable () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        let status = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            body
        )
        precondition(status == 0, "the system has no thread for a server that starts")
    }

    /// Waits until it has ended. Once, and from another thread.
    func join() { _ = pthread_join(thread, nil) }

    /// Starts a thread that nobody waits for.
    static func detach(_ run: @escaping @Sendable () -> Void) { _ = pthread_detach(Thread(run).thread) }
}
