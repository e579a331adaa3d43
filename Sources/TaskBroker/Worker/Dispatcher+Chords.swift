import CeleryProtocol
import Logging

/// What the last part of a chord brings about (celery-wire §5.6).
extension Dispatcher {
    /// How often a result that the header's structure names is looked for: it is stored before its part, but on Python workers'
    /// servers not in the same step.
    private static let lookups = 30
    private static let lookupPause = Duration.milliseconds(100)

    /// Adds to a settlement the bodies of the chords that it has completed.
    ///
    /// Its own results and parts are stored already. A worker that is torn down gives the message back instead: that it could not
    /// read the parts says nothing about them, and whoever takes the message completes the chord again.
    func join(_ settlement: Settlement, parts: [Int]) async -> Settlement {
        guard let canvas = settlement.canvas else { return settlement }
        var next = settlement
        next.results = []
        next.canvas?.parts = []
        for index in parts where canvas.parts.indices.contains(index) {
            guard let (end, outer) = try? await self.end(of: canvas.parts[index], canvas.origin) else {
                return Settlement(claim: settlement.claim, disposition: .release)
            }
            next.canvas?.ends.append(end)
            next.canvas?.parts += outer
        }
        return next
    }

    /// - Throws: `CancellationError` if that is why the body cannot be made.
    private func end(
        of part: ChordPart,
        _ origin: TaskHeaders
    ) async throws(CancellationError) -> (end: ChordEnd, outer: [ChordPart]) {
        let continuation = TaskContinuation(headers: origin, embed: TaskEmbed())
        do {
            let values = try await self.values(of: part.groupID)
            let plan = try continuation.chordBody(part.body, results: values)
            let end = ChordEnd(
                groupID: part.groupID,
                token: part.token,
                isSuccess: true,
                publications: try await self.host.messages(for: plan.calls),
                chords: plan.chords,
                groups: plan.groups
            )
            return (end, [])
        } catch let error as ChordError {
            return await self.fail(part, continuation, error, origin)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return await self.fail(part, continuation, .callback(ExceptionDocument(error)), origin)
        }
    }

    private func fail(
        _ part: ChordPart,
        _ continuation: TaskContinuation,
        _ error: ChordError,
        _ origin: TaskHeaders
    ) async -> (end: ChordEnd, outer: [ChordPart]) {
        let metadata = origin.logMetadata.merging(["error": "\(error.exception.pythonRepr)"]) { $1 }
        self.logger.error("chord failed", metadata: metadata)
        let traceback = error.exception.traceback(in: "Chord of group \(part.groupID)", cause: error.cause)
        let plan = continuation.chordFailure(part.body, error: error) { self.isErrorHandler($0) }
        let publications = await self.carryOut(plan, for: origin, error.exception, traceback)
        let end = ChordEnd(
            groupID: part.groupID,
            token: part.token,
            isSuccess: false,
            results: plan.failures.map { self.reports.failure($0, error.exception, traceback, children: [], .now()) },
            publications: publications,
            chords: plan.plan.chords,
            groups: plan.plan.groups
        )
        return (end, plan.parts)
    }

    /// What the members of a header returned, in its order.
    ///
    /// Waits for the backend as long as it takes: the claim is held meanwhile, and somebody else takes over if it is lost.
    private func values(of groupID: String) async throws -> [JSONValue] {
        let record = try await self.insist { try await self.backend.chord(groupID) }
        guard let structure = record.structure else { return try ChordJoin.values(ofParts: record.parts) }
        let ids = structure.taskIDs
        var documents = try await self.insist { try await self.backend.results(of: ids) }
        for _ in 0..<Self.lookups where documents.contains(where: { $0 == nil }) {
            try await Task.sleep(for: Self.lookupPause)
            documents = try await self.insist { try await self.backend.results(of: ids) }
        }
        let results = zip(ids, documents).compactMap { id, document in document.map { (id, $0) } }
        return try ChordJoin.values(of: structure, results: Dictionary(results) { first, _ in first })
    }

    private func insist<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        var failures = 0
        while true {
            do {
                return try await body()
            } catch let error as TaskBrokerError where error.code == .brokerUnavailable {
                failures += 1
                try await Task.sleep(for: Backoff.delay(afterFailures: failures))
            }
        }
    }
}
