/// What the tasks of one host ask for, done beside each other until the host is gone.
struct HostSession: Sendable {
    private let process: HostProcess
    private let calls: HostCallServer
    private let watches = CancellationBoard<Int64>()

    /// How many waits for results a host may have at once.
    private static let maximumWatches = 4096

    init(_ process: HostProcess, _ calls: HostCallServer) {
        self.process = process
        self.calls = calls
    }
}

extension HostSession {
    /// Serves a call, in the group if that takes time; one without an id cannot be answered.
    func serve(_ frame: HostFrame, _ ticket: HostBacklog.Ticket, in group: inout DiscardingTaskGroup) {
        guard let id = try? frame.integer(.id) else { return self.process.forget(ticket) }
        do throws(HostProtocolError) {
            switch try HostCall(frame) {
            case .unwatch(let watch)?:
                self.watches.cancel([watch])
                self.process.reply(HostReply(), to: id, ticket)
            case .watch(let taskIDs)?: self.watch(taskIDs, id, ticket, in: &group)
            case let call?:
                group.addTask { self.process.reply(await self.calls.reply(to: call), to: id, ticket) }
            case nil: self.refuse("This supervisor does not know what is asked for.", id, ticket)
            }
        } catch {
            self.refuse("\(error)", id, ticket)
        }
    }

    private func watch(
        _ taskIDs: [String],
        _ id: Int64,
        _ ticket: HostBacklog.Ticket,
        in group: inout DiscardingTaskGroup
    ) {
        guard self.watches.hasRoom(for: id, outOf: Self.maximumWatches) else {
            let error = TaskBrokerError(.notPermitted, "A task host has this watch already, or too many of them.")
            return self.process.reply(HostReply(error), to: id, ticket)
        }
        let signal = self.watches.enter(id)
        group.addTask {
            await self.watches.run(id, until: signal) {
                await self.calls.watch(taskIDs) {
                    self.process.reply($0, to: id, ticket)
                } announce: {
                    self.process.announce($0, to: id)
                }
            }
        }
    }

    private func refuse(_ reason: String, _ id: Int64, _ ticket: HostBacklog.Ticket) {
        self.process.reply(HostReply(TaskBrokerError(.invalidConfiguration, reason)), to: id, ticket)
    }
}
