import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension RedisError {
    /// Creates the error for a connection that could not be made, or that NIO or TLS ended.
    ///
    /// - Parameters:
    ///   - address: The server.
    ///   - error: What NIO says.
    ///   - isConnected: Whether the socket was connected already.
    init(connectingTo address: RedisAddress, _ error: any Error, isConnected: Bool) {
        switch error {
        case let error as RedisError:
            self = error
        case is CancellationError:
            self.init(.cancelled, "The task that connected to Redis was cancelled.")
        case let error as NIOConnectionError:
            self.init(error, address: address)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(tls: error, address: address)
        case ChannelError.ioOnClosedChannel:
            // The server hung up before the connection had an owner.
            self.init(
                .connectionFailed,
                "Redis at \(address) ended the connection at once: its maxclients may be reached, which its log tells.",
                underlyingError: error
            )
        case ChannelError.connectTimeout:
            self.init(
                .connectionFailed,
                "Cannot connect to Redis at \(address): no answer in time. Check the address and firewalls on the way.",
                underlyingError: error
            )
        case let error as IOError where isConnected:
            self.init(
                .connectionClosed,
                "The connection to Redis at \(address) broke: \(error.reason).",
                underlyingError: error
            )
        case let error as IOError:
            self.init(
                .connectionFailed,
                "Cannot connect to Redis at \(address): \(error.reason). Is redis-server running there?",
                underlyingError: error
            )
        default:
            self.init(
                isConnected ? .connectionClosed : .connectionFailed,
                "The connection to Redis at \(address) failed: \(error).",
                underlyingError: error
            )
        }
    }

    /// All addresses of a host name have failed, or it has none.
    private init(_ error: NIOConnectionError, address: RedisAddress) {
        guard let first = error.connectionErrors.first else {
            self.init(
                .connectionFailed,
                "Cannot connect to Redis at \(address): the host name is unknown. Check its spelling and the DNS.",
                underlyingError: error
            )
            return
        }
        self.init(connectingTo: address, first.error, isConnected: false)
    }

    /// TLS has failed; BoringSSL tells its reasons apart by a word in a text only.
    private init(tls error: any Error, address: RedisAddress) {
        let text = String(describing: error)
        let explanation: String
        var remedy = RedisRemedy.operator
        if (error as? NIOSSLExtraError) == .failedToValidateHostname {
            explanation = "its certificate is for another host name. Use the name in the certificate"
        } else if text.contains("CERTIFICATE_VERIFY_FAILED") {
            explanation =
                "its certificate is expired or not signed by a trusted authority. "
                + "Name the authority with ssl_ca_certs=/path/ca.pem"
        } else if text.contains("WRONG_VERSION_NUMBER") {
            explanation = "it does not speak TLS on this port. Use redis://, or the server's tls-port"
        } else if text.contains("CERTIFICATE_REQUIRED") || text.contains("HANDSHAKE_FAILURE") {
            explanation = "it asks for a client certificate. Give ssl_certfile and ssl_keyfile"
        } else if text.contains("UNKNOWN_CA") {
            explanation = "it does not trust our certificate. Check ssl_certfile and the server's tls-ca-cert-file"
        } else {
            explanation = text
            remedy = .reconnect
        }
        self.init(
            .connectionFailed,
            "Cannot connect to Redis at \(address) with TLS: \(explanation).",
            remedy: remedy,
            underlyingError: error
        )
    }
}

extension RedisError {
    /// Whether the machine of the server says that nobody listens at the port.
    var isRefusedConnection: Bool { (self.underlyingError as? IOError)?.errnoCode == ECONNREFUSED }
}

extension IOError {
    /// The reason without the name of the system call.
    fileprivate var reason: String {
        switch self.errnoCode {
        case ECONNREFUSED: "Connection refused"
        case ECONNRESET: "Connection reset by the server"
        case EPIPE: "Connection closed by the server"
        case ENOENT: "There is no such socket file"
        case EACCES: "Permission denied"
        case ETIMEDOUT: "The server does not answer any more"
        case EHOSTUNREACH: "No route to the host"
        case ENETUNREACH: "The network is unreachable"
        default: self.description
        }
    }
}
