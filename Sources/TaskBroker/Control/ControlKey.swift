import CeleryProtocol
import Crypto

/// A secret that workers share with those who may command them.
///
/// It signs control requests with HMAC-SHA256 (RFC 2104) and is never sent. Nothing prints it.
public struct ControlKey: Sendable {
    private let key: SymmetricKey

    /// Fewer bytes could be found by trying.
    private static let minimumBytes = 16

    /// Creates a key from at least 16 bytes, best made by a generator of random numbers: `openssl rand -hex 32`.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a shorter one.
    public init(_ bytes: [UInt8]) throws(TaskBrokerError) {
        guard bytes.count >= Self.minimumBytes else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "The control key has \(bytes.count) bytes; it needs \(Self.minimumBytes). Make one with: openssl rand -hex 32"
            )
        }
        self.key = SymmetricKey(data: bytes)
    }

    /// Creates a key from a text, as it stands in a file or a variable; white space around it does not count.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` if it has fewer than 16 bytes.
    public init(text: String) throws(TaskBrokerError) {
        let isSpace: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
        var bytes = Array(text.utf8).drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        try self.init(Array(bytes))
    }
}

extension ControlKey {
    /// Signs a request as it is, at a time in seconds since 1970.
    package func sign(
        _ request: ControlRequest,
        at timestamp: Int64,
        nonce: String = Identifier.uuid4()
    ) -> ControlSignature {
        let code = HMAC<SHA256>.authenticationCode(
            for: request.bytesToSign(timestamp: timestamp, nonce: nonce),
            using: self.key
        )
        return ControlSignature(timestamp: timestamp, nonce: nonce, hmac: Hexadecimal.text(Array(code)))
    }

    /// Whether a signature was made with this key for this request; compared in constant time.
    func isValid(_ signature: ControlSignature, of request: ControlRequest) -> Bool {
        guard let code = Hexadecimal.bytes(signature.hmac) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code,
            authenticating: request.bytesToSign(timestamp: signature.timestamp, nonce: signature.nonce),
            using: self.key
        )
    }
}

extension ControlKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says nothing of the key.
    public var description: String { "ControlKey(***)" }
    /// Says nothing of the key.
    public var debugDescription: String { self.description }
    /// Shows nothing of the key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
