import Logging
import NIOCore

/// Keeps one connection alive for as long as it runs: connects, serves, waits, connects again.
struct ReconnectLoop: Sendable {
    /// A connection that lasted this long has worked; the next outage starts with the shortest wait.
    private static let provenAfter = TimeAmount.seconds(1)

    let configuration: RedisConfiguration
    let logger: Logger
    /// Whose connection it is.
    let owner: ObjectIdentifier
    let eventLoop: any EventLoop

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
        while !Task.isCancelled {
            var connectedAt: NIODeadline?
            var proof: Scheduled<Void>?
            let cause: RedisError
            do throws(RedisError) {
                cause = try await serve {
                    connectedAt = .now()
                    // A server that accepts connections and then closes them is not available.
                    proof = self.eventLoop.scheduleTask(in: Self.provenAfter) {
                        self.configuration.outages.noteRecovery(of: self.owner, self.configuration.url, to: self.logger)
                    }
                }
            } catch {
                cause = error
            }
            proof?.cancel()
            failed(cause)
            guard !Task.isCancelled else { return }
            if let connectedAt, connectedAt + Self.provenAfter < .now() { backoff.reset() }
            let pause = backoff.next(after: cause.remedy, using: &generator)
            self.configuration.outages.note(
                cause,
                of: self.owner,
                retryIn: pause,
                self.configuration.url,
                to: self.logger
            )
            // Cancellation ends the sleep, and the loop with it.
            try? await Task.sleep(for: pause)
        }
    }
}

// MARK: - Logging

extension ReconnectLoop {
    private var metadata: Logger.Metadata { ["redis_url": "\(self.configuration.url)"] }

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
