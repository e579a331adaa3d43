package import CeleryProtocol

/// The result backend of an app in a task host: see ``SupervisorBroker``.
package struct SupervisorBackend: ResultBackend {
    private let link: SupervisorLink

    /// How many announcements wait for a task that is slow; whoever waits reads again now and then.
    private static let maximumUpdates = 256

    package init(_ link: SupervisorLink) {
        self.link = link
    }
}

extension SupervisorBackend {
    package func results(of taskIDs: [String]) async throws(TaskBrokerError) -> [ResultDocument?] {
        try await self.link.call(.results(of: taskIDs)).read { frame throws(HostProtocolError) in
            try frame.documents()
        }
    }

    package func store(_ writes: [ResultWrite]) async throws(TaskBrokerError) {
        _ = try await self.link.call(.store(writes))
    }

    package func forget(_ taskIDs: [String]) async throws(TaskBrokerError) {
        _ = try await self.link.call(.forget(taskIDs))
    }

    package func prepare(
        groups: [SavedGroup],
        chords: [ChordStart],
        expires: Duration?
    ) async throws(TaskBrokerError) {
        _ = try await self.link.call(.prepare(groups, chords, expires: expires))
    }

    package func group(_ groupID: String) async throws(TaskBrokerError) -> ResultNode? {
        try await self.link.call(.group(groupID)).group()
    }

    package func forgetGroup(_ groupID: String) async throws(TaskBrokerError) {
        _ = try await self.link.call(.forgetGroup(groupID))
    }

    package func chord(_ groupID: String) async throws(TaskBrokerError) -> ChordRecord {
        try await self.link.call(.chord(groupID)).read { frame throws(HostProtocolError) in try frame.chord() }
    }

    package func extendChord(_ groupID: String, expires: Duration?) async throws(TaskBrokerError) {
        _ = try await self.link.call(.extendChord(groupID, expires: expires))
    }

    package func withUpdates<Value: Sendable>(
        of taskIDs: [String],
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        let (updates, sink) = AsyncStream<ResultUpdate>.makeStream(
            bufferingPolicy: .bufferingNewest(Self.maximumUpdates)
        )
        let watch = try await self.link.watch(taskIDs, sink)
        defer { self.link.unwatch(watch) }
        return try await body(ResultUpdates(updates))
    }
}
