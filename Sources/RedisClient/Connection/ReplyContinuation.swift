// Who waits for replies. ``ConnectionState`` hands each one out once; debug builds, which is what tests are, check that it is resumed
// once. In a release build the check would cost a thousand instructions for each command.

#if DEBUG

typealias ReplyContinuation = CheckedContinuation<Result<[RESPValue], RedisError>, Never>

/// Suspends the task until its continuation is resumed.
func withReplyContinuation(_ body: (ReplyContinuation) -> Void) async -> Result<[RESPValue], RedisError> {
    await withCheckedContinuation(body)
}

#else

@safe
struct ReplyContinuation: Sendable {
    fileprivate let continuation: UnsafeContinuation<Result<[RESPValue], RedisError>, Never>

    /// Wakes the task; to be called once.
    func resume(returning result: Result<[RESPValue], RedisError>) {
        unsafe self.continuation.resume(returning: result)
    }
}

/// Suspends the task until its continuation is resumed.
func withReplyContinuation(_ body: (ReplyContinuation) -> Void) async -> Result<[RESPValue], RedisError> {
    await unsafe withUnsafeContinuation { unsafe body(ReplyContinuation(continuation: $0)) }
}

#endif
