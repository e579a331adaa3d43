import CeleryProtocol

extension ControlCommand {
    /// The commands about how many tasks run at once, and whether any do.
    static let pool: [ControlCommand] = [
        ControlCommand("pool_grow", .control, isDangerous: true) { call in
            try await Self.resize(call, by: 1, saying: "pool will grow")
        },
        ControlCommand("pool_shrink", .control, isDangerous: true) { call in
            try await Self.resize(call, by: -1, saying: "pool will shrink")
        },
        ControlCommand("pool_restart", .control, isDangerous: true) { call in
            try await call.worker.restartHosts()
            return ControlAnswer.ok("reload started")
        },
        ControlCommand("autoscale", .control, isDangerous: true) { call in
            let bounds = try await call.worker.autoscale(
                max: call.integer(.max, in: 1...WorkerState.maximumConcurrency),
                min: call.integer(.min, in: 0...WorkerState.maximumConcurrency)
            )
            return ControlAnswer.ok("autoscale now max=\(bounds.max) min=\(bounds.min)")
        },
        ControlCommand("shutdown", .control, isDangerous: true, hasReply: false) { call in
            await call.worker.shutDown()
            return nil
        },
    ]

    private static func resize(_ call: ControlCall, by sign: Int, saying text: String) async throws -> JSONValue {
        let count = try call.integer(.count, in: 1...WorkerState.maximumConcurrency) ?? 1
        guard await call.worker.status().autoscale == nil else {
            return ControlAnswer.error(
                "\(call.method) is not supported with autoscale. Adjust autoscale range instead."
            )
        }
        try await call.worker.changeConcurrency(by: sign * count)
        return ControlAnswer.ok(text)
    }
}
