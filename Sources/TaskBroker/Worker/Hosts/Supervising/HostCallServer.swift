import CeleryProtocol

/// Does what tasks in hosts ask for, with the connections of the supervisor.
struct HostCallServer: Sendable {
    let broker: any Broker
    let backend: any ResultBackend
    let inspection: (any InspectionStore)?
}

extension HostCallServer {
    /// Does what a call asks for.
    func reply(to call: HostCall) async -> HostReply {
        do {
            return try await self.perform(call)
        } catch {
            return HostReply(error)
        }
    }

    /// Watches for results until it is cancelled.
    ///
    /// - Parameters:
    ///   - reply: Takes the answer to the call: once it listens, or why it cannot.
    ///   - announce: Takes what is announced.
    func watch(
        _ taskIDs: [String],
        reply: @escaping @Sendable (HostReply) -> Void,
        announce: @escaping @Sendable (ResultUpdate) -> Void
    ) async {
        do {
            try await self.backend.withUpdates(of: taskIDs) { updates in
                reply(HostReply())
                for await update in updates { announce(update) }
            }
        } catch {
            reply(HostReply(error))
        }
    }

    private func perform(_ call: HostCall) async throws -> HostReply {
        switch call {
        case .publish(let publications, let terms):
            // Whatever a host says ends in the names of keys.
            for publication in publications { try publication.destination.validate() }
            return HostReply(try await self.broker.publish(publications, terms))
        case .declare(let queues):
            for queue in queues { try queue.validate() }
            try await self.broker.declare(queues)
        case .revoke(let revocations, let limits):
            for revocation in revocations { try revocation.validate() }
            try await self.broker.revoke(revocations, limits)
        case .store(let writes): try await self.backend.store(writes)
        case .results(let ids): return HostReply(try await self.backend.results(of: ids))
        case .forget(let ids): try await self.backend.forget(ids)
        case .prepare(let groups, let chords, let expires):
            try await self.backend.prepare(groups: groups, chords: chords, expires: expires)
        case .group(let id): return HostReply(try await self.backend.group(id))
        case .forgetGroup(let id): try await self.backend.forgetGroup(id)
        case .chord(let id): return HostReply(try await self.backend.chord(id))
        case .extendChord(let id, let expires): try await self.backend.extendChord(id, expires: expires)
        case .inspect(let inspection): return try HostReply(try await self.find(inspection))
        case .watch, .unwatch: break
        }
        return HostReply()
    }

    private func find(_ inspection: HostInspection) async throws -> HostFindings {
        guard let store = self.inspection else {
            throw TaskBrokerError(.invalidConfiguration, "This broker has no inspector: it lives in memory.")
        }
        var findings = HostFindings()
        switch inspection {
        case .queueNames:
            let known = try await store.queueNames()
            (findings.names, findings.isComplete) = (known.names, known.isComplete)
        case .contents(let queues): findings.contents = try await store.contents(of: queues)
        case .workers: findings.workers = try await store.workers()
        case .pause(let queue, let isPaused):
            findings.isChanged = try await store.setPaused(isPaused, queue: queue)
        case .purge(let queue, let includingDelayed):
            findings.count = try await store.purge(queue, includingDelayed: includingDelayed)
        case .move(let source, let destination, let limit):
            findings.count = try await store.move(from: source, to: destination, limit: limit)
        }
        return findings
    }
}

extension HostReply {
    /// It could not be done for whatever reason.
    fileprivate init(_ error: any Error) {
        self.init(error as? TaskBrokerError ?? TaskBrokerError(.publishRefused, "\(error)"))
    }
}
