import CeleryProtocol
import Logging

extension Supervisor {
    /// One round trip: settles and claims.
    func settle(_ turn: WorkerState.Turn) async -> Happening {
        do {
            return .event(.settled(try await self.consumer.settle(turn.settlements, claiming: turn.count), turn))
        } catch {
            self.report(error, while: "settling and claiming")
            return .event(.settleFailed(turn))
        }
    }

    /// Waits for the bell. A bell that fails costs latency only: the tick looks too.
    func listen() async -> Happening {
        do {
            try await self.consumer.waitForWork()
        } catch {
            self.report(error, while: "waiting for work")
            try? await Task.sleep(for: Self.tickInterval)
        }
        return .event(.rang)
    }

    /// Gives back what is held when the loop was torn down by cancellation.
    ///
    /// The one write that must not be cancelled with the worker: without it, the messages would wait for their leases.
    func giveBack(_ state: WorkerState) async {
        let settlements = state.unsettled
        guard !settlements.isEmpty else { return }
        let consumer = self.consumer
        await Task { _ = try? await consumer.settle(settlements, claiming: 0) }.value
    }

    func report(_ error: TaskBrokerError, while activity: String) {
        guard error.code != .cancelled else { return }
        self.worker.logger.debug("broker call failed", metadata: ["while": "\(activity)", "error": "\(error)"])
    }
}

// MARK: Upkeep

extension Supervisor {
    /// Starts everything that goes on beside the tasks.
    func addUpkeep(to children: inout Children, _ commands: AsyncStream<Worker.Command>) {
        children.addTask {
            await self.consumer.run()
            return .childEnded
        }
        children.addTask {
            await ShutdownSignal.next(commands)
        }
        children.addTask { await self.prepare() }
        self.addTick(to: &children, nextDue: nil)
        self.addRenewal(of: [], to: &children)
    }

    /// Makes the queues known and brings back what waited for the tasks of this worker.
    private func prepare() async -> Happening {
        do {
            try await self.worker.app.broker.declare(self.worker.queues)
            try await self.consumer.releaseParked(tasks: self.host.taskNames)
        } catch {
            self.report(error, while: "declaring queues")
        }
        return .announced
    }

    /// Looks for due and abandoned messages in a second, or just when the next delayed one is due.
    func addTick(to children: inout Children, nextDue: Duration?) {
        let pause = min(nextDue ?? Self.tickInterval, Self.tickInterval) * Double.random(in: 0.95...1)
        children.addTask {
            try? await Task.sleep(for: max(pause, .milliseconds(1)))
            do {
                return .ticked(try await self.consumer.tick())
            } catch {
                self.report(error, while: "looking for due messages")
                return .ticked(nil)
            }
        }
    }

    /// Renews what is held, then waits for the next time: a third of the lease, so that two attempts may fail.
    func addRenewal(of claims: [Claim], to children: inout Children) {
        if !claims.isEmpty {
            children.addTask {
                let sent = ContinuousClock.now
                do {
                    return .event(.renewed(claims, lost: try await self.consumer.renew(claims), sent: sent))
                } catch {
                    self.report(error, while: "renewing leases")
                    return .childEnded
                }
            }
        }
        children.addTask {
            try? await Task.sleep(for: self.worker.configuration.lease / 3)
            return .renewalIsDue
        }
    }

    func addAnnouncement(to children: inout Children, _ state: WorkerState) {
        let record = self.record(state)
        children.addTask {
            do {
                try await self.consumer.announce(record)
            } catch {
                self.report(error, while: "announcing the worker")
            }
            try? await Task.sleep(for: Self.announceInterval)
            return .announced
        }
    }

    func addDrainTimeout(to children: inout Children) {
        guard let timeout = self.worker.configuration.drainTimeout else { return }
        children.addTask {
            try? await Task.sleep(for: timeout)
            return .drainTimedOut
        }
    }
}
