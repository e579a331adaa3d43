/// A condition that did not become true in time.
package struct TimedOut: Error, CustomStringConvertible {
    /// What was waited for, and for how long.
    package let description: String

    /// Creates the error.
    package init(description: String) {
        self.description = description
    }
}

/// Waits until a condition holds, looking every few milliseconds; the only place in the tests that sleeps.
///
/// For what tells nobody when it changes: another process, a server's counters. What can be awaited is awaited.
///
/// - Parameters:
///   - what: The condition in words, for the failure.
///   - timeout: How long to wait; generous, because it costs only failing tests.
///   - condition: What must become true.
/// - Throws: ``TimedOut``, or what the condition throws.
package func eventually(
    _ what: String,
    timeout: Duration = .seconds(120),
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < end else { throw TimedOut(description: "not within \(timeout): \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
