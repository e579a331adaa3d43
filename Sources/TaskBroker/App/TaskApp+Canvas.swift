package import CeleryProtocol
import Synchronization

extension TaskApp {
    /// Carries out a plan: first what its messages will be counted by, then the messages.
    package func send(_ plan: CanvasPlan) async throws {
        let drafts = try plan.calls.map(self.draft)
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
        _ = try await self.send(drafts)
        TaskContext.current?.request.addChildren(plan.children)
    }

    /// The messages of calls, as middleware makes them, for somebody else to send.
    package func publications(for calls: [CanvasCall]) async throws -> [Publication] {
        let drafts = try calls.map(self.draft)
        guard !self.middleware.isEmpty else { return drafts.map(\.publication) }
        let publications = Mutex<[Publication]>([])
        for draft in drafts {
            try await self.passThroughMiddleware(draft) { message in
                publications.withLock { $0.append(draft.replacing(message).publication) }
            }
        }
        return publications.withLock { $0 }
    }
}
