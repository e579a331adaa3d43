/// The nonces of the signed requests that were carried out lately: a signature counts once.
///
/// Only requests with a valid signature get here, so its size is in the hands of those who have the key.
struct NonceMemory: Sendable {
    /// How far the clock of a sender may be off, either way, in seconds.
    static let window: Int64 = 60
    /// More requests than this within a window are refused.
    private static let maximumCount = 10_000

    /// Until when each nonce is remembered, in seconds since 1970.
    private var deadlines: [String: Int64] = [:]
    /// When remembering began: what was signed before may have been carried out already.
    private let start: Int64

    /// Creates a memory that begins at a time in seconds since 1970.
    init(from start: Int64 = .min) {
        self.start = start
    }
}

extension NonceMemory {
    /// Takes note of a nonce, unless it is known, or its time is too far from now to tell.
    ///
    /// - Returns: What is wrong; `nil` if nothing is.
    mutating func admit(_ nonce: String, from timestamp: Int64, now: Int64) -> ControlError? {
        let (age, overflows) = now.subtractingReportingOverflow(timestamp)
        guard !overflows, -Self.window...Self.window ~= age else {
            return ControlError(
                "PermissionError",
                "the signature is not of the last \(Self.window) seconds: it is an old one, or a clock is wrong"
            )
        }
        guard timestamp >= self.start else {
            return ControlError("PermissionError", "the signature is older than this worker")
        }
        if self.deadlines.count >= Self.maximumCount { self.deadlines = self.deadlines.filter { $0.value >= now } }
        guard self.deadlines.count < Self.maximumCount else {
            return ControlError("PermissionError", "too many signed requests")
        }
        guard self.deadlines[nonce].map({ $0 < now }) ?? true else {
            return ControlError("PermissionError", "the signature was used before")
        }
        // Beyond this moment the timestamp itself is too old.
        self.deadlines[nonce] = timestamp + Self.window
        return nil
    }
}
