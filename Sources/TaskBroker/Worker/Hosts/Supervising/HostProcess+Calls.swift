import CeleryProtocol
import Synchronization

/// What a host asks for.
extension HostProcess {
    /// Answers a call; a reply that is too large is an error of the task that has asked for so much.
    func reply(_ reply: HostReply, to id: Int64, _ ticket: HostBacklog.Ticket) {
        let frame = reply.frame(id).encoded
        guard frame.length <= HostFrame.maximumBytes else {
            let error = HostProtocolError.tooLarge(frame.length)
            let refusal = TaskBrokerError(.notPermitted, "The answer cannot be sent to a task host: \(error).")
            return self.reply(HostReply(refusal), to: id, ticket)
        }
        self.note { $0.add(frame.length, to: ticket) }
        try? self.send(frame) { self.forget(ticket) }
    }

    /// Passes on a result that a task waits for.
    ///
    /// Not to a host that does not read: whoever waits for a result looks for it now and then, too.
    func announce(_ update: ResultUpdate, to watch: Int64) {
        guard !self.backlog.withLock(\.isFull) else { return }
        let frame = HostFrame(
            .update,
            [.watch: .integer(watch), .task: .string(update.taskID)],
            body: update.document.encoded()
        ).encoded
        let ticket = self.note { $0.begin(bytes: frame.length) }
        do throws(HostProtocolError) {
            try self.send(frame) { self.forget(ticket) }
        } catch {
            self.forget(ticket)
        }
    }

    /// Forgets a call that is answered, or never will be.
    func forget(_ ticket: HostBacklog.Ticket) {
        self.note { $0.end(ticket) }
    }

    /// Notes what is asked for or answered, and reads no further while it is too much.
    func note<Value>(_ change: (inout HostBacklog) -> Value) -> Value {
        let (value, isChanged) = self.backlog.withLock { backlog in
            let wasFull = backlog.isFull
            return (change(&backlog), backlog.isFull != wasFull)
        }
        if isChanged { self.regulate() }
        return value
    }

    /// Reads, or does not.
    func regulate() {
        self.link.withLock { $0 }?.read { !self.backlog.withLock(\.isFull) }
    }
}
