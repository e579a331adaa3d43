import CeleryProtocol

extension ControlCommand {
    /// The commands about where tasks are taken from.
    static let queues: [ControlCommand] = [
        ControlCommand("add_consumer", .control, isDangerous: true) { call in
            let queue = try call.queue()
            try await call.worker.addConsumer(queue)
            return ControlAnswer.ok("add consumer \(queue.name)")
        },
        ControlCommand("cancel_consumer", .control, isDangerous: true) { call in
            let queue = try call.text(.queue)
            try await call.worker.cancelConsumer(queue)
            return ControlAnswer.ok("no longer consuming from \(queue)")
        },
    ]
}

extension ControlCall {
    /// The queue that is meant: the declared one of that name, else one as the arguments describe it.
    fileprivate func queue() throws(ControlError) -> Queue {
        let name = try self.text(.queue)
        if let declared = self.app.router.queues.first(where: { $0.name == name }) { return declared }
        let type = try self.optionalText(.exchangeType) ?? Exchange.Kind.direct.rawValue
        guard let kind = Exchange.Kind(rawValue: type) else { throw ControlError("KeyError", type) }
        let queue = Queue(
            name,
            exchange: Exchange(try self.optionalText(.exchange) ?? name, kind: kind),
            routingKey: try self.optionalText(.routingKey)
        )
        do throws(RoutingError) {
            try queue.validate()
        } catch {
            throw ControlError("ValueError", error.description)
        }
        return queue
    }
}
