import CeleryProtocol
import Logging

extension Supervisor {
    /// One round trip: settles and claims.
    func settle(_ turn: WorkerState.Turn) async -> Happening {
        do {
            let cursor = self.revocations.cursor
            let reply = try await self.consumer.settle(turn.settlements, claiming: turn.count, after: cursor)
            self.revocations.setClock(BrokerClock(reply.now))
            self.noteClaim(of: reply.messages.count)
            // Here and not in the loop: what is revoked has to be known before one of the messages starts.
            if let update = reply.revocations { self.learn(update) }
            return .event(.settled(reply, turn, took: turn.sent.duration(to: .now)))
        } catch {
            self.report(error, while: "settling and claiming")
            if error.code != .cancelled { self.worker.board.note { $0.noteFailure(error.message, at: $1) } }
            let isRefused = error.isRefusal
            // What its rights forbid to the worker is logged by the connection, and not each time.
            if isRefused, error.code != .notPermitted, !turn.settlements.isEmpty {
                self.worker.logger.error("the broker refuses a settlement", metadata: ["error": "\(error)"])
            }
            return .event(.settleFailed(turn, isRefused: isRefused))
        }
    }

    /// Waits for the bell, and claims at once if the loop has decided so in advance (``StandingClaim``).
    ///
    /// A bell that is broken costs latency only, because the tick looks too.
    func listen() async -> Happening {
        do {
            try await self.consumer.waitForWork { [running] in running.count == 0 }
        } catch {
            self.report(error, while: "waiting for work")
            // Settlements look for work meanwhile, and the tick does.
            self.mailbox.post(.event(.bellBroke))
            try? await Task.sleep(for: Self.tickInterval)
        }
        guard let turn = self.standingClaim.take(at: .now) else { return .event(.rang) }
        return await self.settle(turn)
    }

    /// Waits for the next message itself.
    ///
    /// That this is not possible costs latency only: then the bell tells of all lists.
    func wait() async -> Happening {
        do {
            switch try await self.consumer.waitForMessage(after: { [revocations] in revocations.cursor }) {
            case .arrived(let arrival):
                self.revocations.setClock(BrokerClock(arrival.now))
                self.noteClaim(of: 1)
                if let update = arrival.revocations { self.learn(update) }
                return .event(.arrived(arrival))
            case .nothing: return .event(.waitEnded(isPossible: true))
            case .impossible: return .event(.waitEnded(isPossible: false))
            }
        } catch {
            self.report(error, while: "waiting for a message")
            return .event(.waitEnded(isPossible: false))
        }
    }

    /// Gives what has arrived a lease of its own; if that fails, its renewal does.
    func secure() async {
        do {
            try await self.consumer.secureArrival()
        } catch {
            self.report(error, while: "giving a message a lease")
        }
    }

    /// Settles and gives back what is left when the loop was torn down by cancellation, and leaves the list of the living.
    func leave(_ state: WorkerState) async {
        let settlements = state.unsettled
        // The writes that must not be cancelled with the worker: without them the messages wait for their leases.
        await withoutCancellation { [consumer, revocations] in
            if !settlements.isEmpty {
                _ = try? await consumer.settle(settlements, claiming: 0, after: revocations.cursor)
            }
            try? await consumer.withdraw()
        }
    }

    /// Notes that messages were claimed, or that there were none.
    private func noteClaim(of count: Int) {
        guard let outage = self.worker.board.note({ $0.noteClaim(count: count, at: $1) }), outage >= .seconds(1) else {
            return
        }
        self.worker.logger.notice("taking tasks again", metadata: ["after": "\(outage)"])
    }

    /// Keeps an eye on whether the worker gets anywhere; replaces the connections if it does not.
    func watch(_ happenings: [Happening], _ state: WorkerState) {
        self.worker.board.note { $0.note(state.phase, at: $1) }
        for happening in happenings where self.showsStandstill(happening, state) { self.replaceConnections() }
    }

    private func showsStandstill(_ happening: Happening, _ state: WorkerState) -> Bool {
        switch happening {
        case .ticked(let reply, _):
            self.worker.board.note { $0.look(hasWork: reply?.hasWork, hasRoom: state.hasRoom, at: $1) }
        // Goes by the clock alone, whatever the broker answers.
        case .renewalIsDue: self.worker.board.note { $0.lookIsOverdue(at: $1) }
        default: false
        }
    }

    private func replaceConnections() {
        self.worker.logger.warning(
            "no task was claimed for a while although nothing has failed: replacing the connections",
            metadata: ["patience": "\(ProgressWatch.patience)"]
        )
        self.consumer.reconnect()
    }

    /// Notes a failed call; why the broker cannot be reached is logged, once per cause, by the connection itself.
    func report(_ error: TaskBrokerError, while activity: String) {
        guard error.code != .cancelled else { return }
        self.worker.logger.debug("broker call failed", metadata: ["while": "\(activity)", "error": "\(error)"])
    }
}
