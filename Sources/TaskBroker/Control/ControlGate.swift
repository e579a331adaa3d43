import CeleryProtocol
import Synchronization

/// Lets requests through to a worker's commands, or not: a ``ControlPolicy`` with a memory.
final class ControlGate: Sendable {
    private let policy: ControlPolicy
    private let clock: @Sendable () -> Timestamp
    private let nonces: Mutex<NonceMemory>

    /// Creates a gate that reads the time from a clock.
    init(_ policy: ControlPolicy, clock: @escaping @Sendable () -> Timestamp) {
        self.policy = policy
        self.clock = clock
        self.nonces = Mutex(NonceMemory(from: Self.seconds(clock())))
    }
}

extension ControlGate {
    /// Decides on a request for a command.
    ///
    /// - Returns: Whether the sender may do anything, beyond this command.
    /// - Throws: ``ControlError`` for a sender who may not do this.
    func admit(_ request: ControlRequest, for command: ControlCommand) throws(ControlError) -> Bool {
        switch self.policy.kind {
        case .all:
            return true
        case .inspect:
            guard !command.isDangerous else {
                throw ControlError(
                    "PermissionError",
                    "\(request.method) is not allowed: this worker can only be inspected"
                )
            }
            return false
        case .signed(let key):
            // One that is not dangerous takes a signature as well, because it may do more for those whom it trusts.
            guard command.isDangerous || request.signature != nil else { return false }
            do throws(ControlError) {
                try self.verify(request, with: key)
                return true
            } catch {
                guard !command.isDangerous else { throw error }
                return false
            }
        }
    }

    private func verify(_ request: ControlRequest, with key: ControlKey) throws(ControlError) {
        guard let signature = request.signature else {
            throw ControlError("PermissionError", "\(request.method) needs a signed request")
        }
        guard key.isValid(signature, of: request) else {
            throw ControlError("PermissionError", "the signature is wrong")
        }
        let now = Self.seconds(self.clock())
        let problem = self.nonces.withLock { $0.admit(signature.nonce, from: signature.timestamp, now: now) }
        if let problem { throw problem }
    }

    private static func seconds(_ time: Timestamp) -> Int64 { time.microseconds / 1_000_000 }
}
