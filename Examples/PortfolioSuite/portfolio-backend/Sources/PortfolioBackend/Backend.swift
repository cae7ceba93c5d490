public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The Portfolio Suite's backend, put together from its settings.
public struct Backend: Sendable {
    private let settings: Settings
    private let logger: Logger
    private let responder: RouterResponder<BackendRequestContext>
    /// Checks the passwords; tests count its work.
    let passwords: PasswordChecker

    /// - Parameters:
    ///   - settings: The checked settings.
    ///   - logger: Where the log goes.
    public init(settings: Settings, logger: Logger) async {
        await self.init(settings: settings, logger: logger, passwordCost: .standard)
    }

    /// As the public one; tests take a lower cost.
    init(settings: Settings, logger: Logger, passwordCost: PasswordHash.Cost) async {
        self.settings = settings
        self.logger = logger
        let accounts = Accounts(database: Database(url: settings.databaseURL))
        let tokens = await Tokens(secretKey: settings.secretKey)
        passwords = PasswordChecker(cost: passwordCost)
        let health = HealthRoute(
            database: accounts.database,
            environment: settings.environment,
            debug: settings.debug
        )
        let login = LoginRoute(
            accounts: accounts,
            passwords: passwords,
            tokens: tokens,
            limit: settings.rateLimitEnabled ? LoginRateLimit() : nil
        )
        let users = UserRoutes(accounts: accounts, tokens: tokens)

        let router = Router(context: BackendRequestContext.self)
        // From the outside in: what comes first sees every answer.
        router.add(middleware: RequestLog())
        router.add(middleware: SecurityHeaders(strictTransportSeconds: settings.strictTransportSeconds))
        router.add(middleware: HostCheck(hosts: settings.allowedHosts))
        router.add(
            middleware: CrossOrigin(
                hosts: settings.allowedHosts,
                requireTLS: settings.environment == .production
            )
        )
        router.add(middleware: ErrorResponses(debug: settings.debug))
        router.get("health", use: health.handle)
        router.post("api/login", use: login.handle)
        router.get("api/me", use: users.me)
        router.get("api/portfolio", use: users.portfolio)
        responder = router.buildResponder()
    }

    /// The application, ready to run or to be tested.
    ///
    /// - Parameter listening: Called with the URL once the server has its port.
    public func application(
        listening: @escaping @Sendable (String) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        return Application(
            responder: responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    // Without a limit, a client that says nothing keeps its connection for ever.
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8192,
                        maxHeaderListSize: 16_384,
                        maxHeaderFieldCount: 64
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: .maximum(1024, logger: logger)
            ),
            onServerRunning: { channel in
                listening("http://\(host):\(channel.localAddress?.port ?? settings.port)")
            },
            logger: logger
        )
    }

    /// Serves until SIGTERM or SIGINT, then lets the requests under way finish, for ten seconds at most.
    ///
    /// - Parameter listening: Called with the URL once the server has its port.
    /// - Throws: ``BackendError`` when it cannot listen, or stops for another reason than a signal.
    public func run(listening: @escaping @Sendable (String) -> Void) async throws(BackendError) {
        logStart()
        var configuration = ServiceGroupConfiguration(
            services: [application(listening: listening)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw .server(host: settings.host, port: settings.port)
        }
    }

    private func logStart() {
        var metadata: Logger.Metadata = [
            "environment": "\(settings.environment.rawValue)", "version": "\(Product.version)",
            "debug": "\(settings.debug)", "rate-limit": "\(settings.rateLimitEnabled)",
            "hsts": "\(settings.strictTransportSeconds != nil)",
        ]
        for integration in settings.integrations where integration.state == .configured {
            metadata[integration.name] = "configured"
        }
        logger.notice("starting", metadata: metadata)
        for case .incomplete(let missing) in settings.integrations.map(\.state) {
            logger.warning("configuration is incomplete", metadata: ["missing": "\(missing.joined(separator: ","))"])
        }
    }
}
