import NIOCore
import NIOSSL

/// The certificates and rules for the TLS side of one connection.
struct RedisTLSContext: Sendable {
    private let context: NIOSSLContext
    /// The name to verify; `nil` when the server is addressed by IP, which is then looked for in the certificate.
    private let serverName: String?

    /// Reads the certificates.
    ///
    /// - Returns: `nil` when the URL does not ask for TLS.
    /// - Throws: ``RedisError`` when a file cannot be used, or verification is off without permission.
    init?(_ configuration: RedisConfiguration) throws(RedisError) {
        guard let tls = configuration.url.tls else { return nil }
        guard tls.verification == .full || configuration.allowInsecureTLS else {
            throw RedisError(
                .insecureTLS,
                "ssl_cert_reqs=none leaves the connection to \(configuration.url.address) open to anybody on the way: "
                    + "give the authority with ssl_ca_certs=/path/ca.pem, or allow insecure TLS explicitly."
            )
        }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        settings.certificateVerification = tls.verification == .full ? .fullVerification : .none
        if let path = tls.authoritiesPath {
            _ = try Self.read(path, parameter: "ssl_ca_certs") { try NIOSSLCertificate.fromPEMFile(path) }
            settings.trustRoots = .file(path)
        }
        if let path = tls.certificatePath {
            settings.certificateChain = try Self.read(path, parameter: "ssl_certfile") {
                try NIOSSLCertificate.fromPEMFile(path).map { .certificate($0) }
            }
            let keyPath = tls.privateKeyPath ?? path
            settings.privateKey = try Self.read(keyPath, parameter: "ssl_keyfile") {
                .privateKey(try NIOSSLPrivateKey(file: keyPath, format: .pem))
            }
        }
        self.context = try Self.read(tls.certificatePath ?? "", parameter: "TLS certificates") {
            try NIOSSLContext(configuration: settings)
        }
        self.serverName = tls.serverName ?? configuration.url.address.hostName
    }

    /// A handler for the beginning of the pipeline.
    func makeHandler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: self.context, serverHostname: self.serverName)
    }

    private static func read<Result>(
        _ path: String,
        parameter: String,
        _ body: () throws -> Result
    ) throws(RedisError) -> Result {
        do {
            return try body()
        } catch {
            throw RedisError(
                .connectionFailed,
                "Cannot use \(parameter) \(path): \(error). Give the path of a readable PEM file.",
                remedy: .operator,
                underlyingError: error
            )
        }
    }
}

extension RedisAddress {
    /// The host unless it is an IP address, which TLS does not send as a name.
    fileprivate var hostName: String? {
        guard case .tcp(let host, _) = self, (try? SocketAddress(ipAddress: host, port: 0)) == nil else { return nil }
        return host
    }
}
