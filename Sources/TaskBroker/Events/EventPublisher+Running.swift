import CeleryProtocol
import Logging
import Synchronization

extension EventPublisher {
    /// How long events are gathered before they are sent, so that a busy worker sends full batches.
    private static let gatheringTime: Duration = .milliseconds(20)
    /// How many events go into one pipeline.
    private static let pipelineSize = 1_024
    /// How often dropped events are reported.
    private static let reportInterval: Duration = .seconds(10)
    /// How long the last words may take.
    private static let farewellTime: Duration = .seconds(1)

    /// Sends what it is told, and that the worker is alive, until the task is cancelled; to be called once.
    ///
    /// The first event is `worker-online` and the last is `worker-offline`, which is sent although the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.beat() }
            await self.flushOnBell()
            group.cancelAll()
        }
        await self.sayFarewell()
    }

    // MARK: Heartbeats

    private func beat() async {
        guard let interval = self.configuration.heartbeatInterval else { return }
        self.tell(.workerOnline(self.stamp(), self.vitals(), frequency: interval.inSeconds))
        while (try? await Task.sleep(for: interval)) != nil {
            self.tell(.workerHeartbeat(self.stamp(), self.vitals(), frequency: interval.inSeconds))
        }
    }

    // MARK: Sending

    /// Sends what there is whenever the bell rings.
    private func flushOnBell() async {
        var budget = RateBudget(perSecond: self.configuration.maximumRate, now: .now)
        var report = DropReport(interval: Self.reportInterval)
        var failures = 0
        for await _ in self.bell.stream {
            self.state.withLock { $0.hasRung = false }
            while !Task.isCancelled {
                let isSent = await self.flush(&budget)
                failures = isSent ? 0 : failures + 1
                if let count = report.count(of: self.droppedCount, at: .now) {
                    self.logger.warning(
                        "events were dropped: they come faster than they can be sent",
                        metadata: ["count": "\(count)"]
                    )
                }
                try? await Task.sleep(for: isSent ? Self.gatheringTime : Backoff.delay(afterFailures: failures))
                if self.state.withLock({ $0.tasks.isEmpty && $0.workers.isEmpty }) { break }
            }
        }
    }

    /// Sends as much as the rate allows, in one pipeline.
    ///
    /// - Returns: Whether the broker took it. If not, events about tasks are kept; a heartbeat that could not be sent is
    ///   stale, and the next one says the same.
    private func flush(_ budget: inout RateBudget) async -> Bool {
        let allowed = budget.take(Self.pipelineSize, now: .now)
        let (workers, tasks) = self.state.withLock { state in
            (state.workers.take(.max), state.tasks.take(allowed))
        }
        budget.giveBack(allowed - tasks.count)
        let events = tasks.map(self.document)
        do {
            try await self.publish(workers + events)
            return true
        } catch {
            self.state.withLock { $0.tasks.putBack(events.map(Entry.encoded)) }
            self.logger.debug("events cannot be sent", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func publish(_ events: [EventDocument]) async throws(TaskBrokerError) {
        guard !events.isEmpty else { return }
        let exchange = self.configuration.exchange
        _ = try await self.broker.publish(EventMessage.messages(for: events).map { $0.publication(to: exchange) })
    }

    private func document(_ entry: Entry) -> EventDocument {
        switch entry {
        case .fresh(let event, let clock, let timestamp):
            event.document(self.stamp(clock: clock, timestamp: timestamp))
        case .encoded(let document): document
        }
    }

    // MARK: Ending

    /// Sends what is left, and that the worker ends.
    private func sayFarewell() async {
        var events = self.state.withLock { $0.workers.take(.max) + $0.tasks.take(Self.pipelineSize).map(self.document) }
        if let interval = self.configuration.heartbeatInterval {
            events.append(.workerOffline(self.stamp(), self.vitals(), frequency: interval.inSeconds))
        }
        // A write that must not be cancelled with the worker: without it monitors miss how the last tasks ended, and show
        // the worker for two more heartbeats.
        await withoutCancellation { [events] in
            await withTaskGroup { group in
                group.addTask { try? await self.publish(events) }
                group.addTask { try? await Task.sleep(for: Self.farewellTime) }
                await group.next()
                group.cancelAll()
            }
        }
    }
}

extension EventMessage {
    /// The message on its way to an exchange of that name.
    func publication(to exchange: String) -> Publication {
        Publication(
            destination: .exchange(.fanout(exchange), routingKey: self.routingKey),
            payload: self.encoded(exchange: exchange)
        )
    }
}
