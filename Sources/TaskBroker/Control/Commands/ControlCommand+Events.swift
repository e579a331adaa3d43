import CeleryProtocol

extension ControlCommand {
    /// The commands about events.
    ///
    /// Switching them is harmless: monitors such as Flower do it all the time.
    static let events: [ControlCommand] = [
        ControlCommand("enable_events", .control) { call in
            let isNew = await call.worker.setTaskEvents(enabled: true)
            return ControlAnswer.ok(isNew ? "task events enabled" : "task events already enabled")
        },
        ControlCommand("disable_events", .control) { call in
            let isNew = await call.worker.setTaskEvents(enabled: false)
            return ControlAnswer.ok(isNew ? "task events disabled" : "task events already disabled")
        },
        ControlCommand("heartbeat", .control) { call in
            await call.worker.sendHeartbeat()
            return nil
        },
        ControlCommand("election", .control, isDangerous: true) { call in
            await call.worker.elect(
                id: try call.text(.id),
                topic: try call.text(.topic),
                action: call.value(.action)
            )
            return nil
        },
    ]
}
