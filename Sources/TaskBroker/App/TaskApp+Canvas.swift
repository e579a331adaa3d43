package import CeleryProtocol
import Synchronization

extension TaskApp {
    /// Carries out a plan: first what its messages will be counted by, then the messages.
    ///
    /// - Parameters:
    ///   - options: Of these, how the messages are sent; everything else is in the plan.
    ///   - isFollowUp: Whether it goes on with what has begun, and must not be refused by a full queue.
    package func send(_ plan: CanvasPlan, options: TaskOptions = .init(), isFollowUp: Bool = false) async throws {
        try options.durability?.validate()
        let drafts = try plan.calls.map { call in
            var draft = try self.draft(call)
            draft.durability = options.durability ?? draft.durability
            draft.publishRetry = options.publishRetry ?? draft.publishRetry
            return draft
        }
        let isCounted = !plan.chords.isEmpty || !plan.groups.isEmpty || !plan.additions.isEmpty
        // What is counted has to be sent: what is too large for that is found out before.
        if isCounted { for draft in drafts { _ = try draft.followUp() } }
        if !plan.chords.isEmpty || !plan.groups.isEmpty {
            try await self.backend.prepare(
                groups: plan.groups,
                chords: plan.chords,
                expires: self.configuration.resultExpires
            )
        }
        for groupID in plan.additions {
            try await self.backend.extendChord(groupID, expires: self.configuration.resultExpires)
        }
        _ = try await self.send(drafts, isFollowUp ? .followUp : .whole)
        TaskContext.current?.request.addChildren(plan.children)
    }

    /// The messages of calls, as middleware makes them, for somebody else to send.
    package func publications(for calls: [CanvasCall]) async throws -> [Publication] {
        let drafts = try calls.map(self.draft)
        guard !self.middleware.isEmpty else { return try drafts.map { try $0.followUp() } }
        let publications = Mutex<[Publication]>([])
        for draft in drafts {
            try await self.passThroughMiddleware(draft) { message in
                let publication = try draft.replacing(message).followUp()
                publications.withLock { $0.append(publication) }
            }
        }
        return publications.withLock { $0 }
    }
}
