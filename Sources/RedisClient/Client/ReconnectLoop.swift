import Logging
import NIOCore

/// Keeps one connection alive for as long as it runs: connects, serves, waits, connects again.
struct ReconnectLoop: Sendable {
    /// A cause that persists is logged again after this time.
    private static let logInterval = TimeAmount.seconds(10)

    /// A connection that lasted this long has worked; the next outage starts with the shortest wait.
    private static let provenAfter = TimeAmount.seconds(1)

    let configuration: RedisConfiguration
    let logger: Logger

    /// Runs until the task is cancelled.
    ///
    /// - Parameters:
    ///   - serve: Makes a connection, announces it, also to its argument, and returns when it has ended, with the reason.
    ///   - failed: Learns why there is no connection now.
    func run(
        serve: (_ connected: () -> Void) async throws(RedisError) -> RedisError,
        failed: (RedisError) -> Void
    ) async {
        self.logDoubts()
        var backoff = self.configuration.backoff
        var generator = SystemRandomNumberGenerator()
        var lastLog: (message: String, time: NIODeadline)?
        while !Task.isCancelled {
            var connectedAt: NIODeadline?
            let cause: RedisError
            do throws(RedisError) {
                cause = try await serve {
                    connectedAt = .now()
                    if lastLog != nil { self.logger.notice("Redis is available again", metadata: self.metadata) }
                    lastLog = nil
                }
            } catch {
                cause = error
            }
            failed(cause)
            guard !Task.isCancelled else { return }
            if let connectedAt, connectedAt + Self.provenAfter < .now() { backoff.reset() }
            let pause = backoff.next(after: cause.remedy, using: &generator)
            let now = NIODeadline.now()
            if lastLog?.message != cause.message || (lastLog?.time ?? now) + Self.logInterval <= now {
                lastLog = (cause.message, now)
                self.log(cause, pause: pause)
            }
            // Cancellation ends the sleep, and the loop with it.
            try? await Task.sleep(for: pause)
        }
    }
}

// MARK: - Logging

extension ReconnectLoop {
    private var metadata: Logger.Metadata { ["redis_url": "\(self.configuration.url)"] }

    private func log(_ cause: RedisError, pause: Duration) {
        self.logger.warning(
            "Redis is not available; trying again",
            metadata: self.metadata.merging(
                ["code": "\(cause.code)", "error": "\(cause.message)", "retry_in": "\(pause)"]
            ) { $1 }
        )
    }

    private func logDoubts() {
        if self.configuration.url.tls?.verification == RedisTLS.Verification.none, self.configuration.allowInsecureTLS {
            self.logger.warning(
                "TLS does not verify the server: anybody on the way can read and change the traffic",
                metadata: self.metadata
            )
        }
        if !self.configuration.url.ignoredParameters.isEmpty {
            self.logger.debug(
                "Query parameters of the Redis URL are ignored",
                metadata: ["parameters": "\(self.configuration.url.ignoredParameters)"]
            )
        }
    }
}
