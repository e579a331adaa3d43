import CeleryProtocol

extension ControlCommand {
    /// The commands that keep tasks from running.
    ///
    /// They are dangerous also without `terminate`: what waits is lost to its caller.
    static let revoking: [ControlCommand] = [
        ControlCommand("revoke", .control, isDangerous: true) { call in
            try await Self.revoke(call, terminating: call.flag(.terminate))
        },
        ControlCommand("terminate", .control, isDangerous: true) { call in
            try await Self.revoke(call, terminating: true)
        },
        ControlCommand("revoke_by_stamped_headers", .control, isDangerous: true, Self.revokeByStampedHeaders),
    ]

    private static func revoke(_ call: ControlCall, terminating: Bool) async throws -> JSONValue {
        let ids = try call.taskIDs(.taskID)
        let signal = try call.signal() ?? "SIGTERM"
        let terminated = try await call.worker.revoke(ids, terminating: terminating ? signal : nil)
        guard terminating else { return ControlAnswer.ok("tasks \(PythonText.set(ids)) flagged as revoked") }
        return ControlAnswer.ok(
            "terminate: " + (terminated.isEmpty ? "tasks unknown" : terminated.joined(separator: ", "))
        )
    }

    @Sendable private static func revokeByStampedHeaders(_ call: ControlCall) async throws -> JSONValue? {
        let headers = try call.stampedHeaders()
        let signal = try call.signal() ?? "SIGTERM"
        let stamps = headers.mapValues { $0.arrayValue ?? [$0] }
        let isTerminating = call.flag(.terminate)
        let stopped = try await call.worker.revokeStamped(stamps, terminating: isTerminating ? signal : nil)
        let text = PythonRepr.value(.object(headers))
        guard isTerminating else {
            return ControlAnswer.ok("headers \(text) flagged as revoked, but not terminated")
        }
        if stopped.isEmpty { return ControlAnswer.ok("headers \(text) were not terminated") }
        return ControlAnswer.ok("headers \(PythonText.sets(stopped)) revoked")
    }
}

extension ControlCall {
    /// Stamps by name: an object, or texts like `name=value` as the command line of Celery sends them.
    fileprivate func stampedHeaders() throws(ControlError) -> [String: JSONValue] {
        switch self.value(.headers) {
        case .object(let headers): return headers
        case .array:
            var headers: [String: JSONValue] = [:]
            for text in try self.texts(.headers) {
                let parts = text.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count > 1 else { throw ControlError("IndexError", "list index out of range") }
                headers[String(parts[0])] = .string(String(parts[1]))
            }
            return headers
        case .null: throw self.missing(ControlArgument.headers.rawValue)
        default: throw ControlError("TypeError", "argument 'headers' of \(self.method)() must be an object")
        }
    }
}
