import CeleryProtocol

extension ControlCommand {
    /// The commands that change the limits of tasks.
    static let limits: [ControlCommand] = [
        ControlCommand("rate_limit", .control, isDangerous: true, Self.rateLimit),
        ControlCommand("time_limit", .control, isDangerous: true, Self.timeLimit),
    ]

    @Sendable private static func rateLimit(_ call: ControlCall) async throws -> JSONValue? {
        let task = try call.text(.taskName)
        guard call.arguments[ControlArgument.rateLimit.rawValue] != nil else {
            throw call.missing(ControlArgument.rateLimit.rawValue)
        }
        let rate: CeleryRate
        do throws(CeleryRate.Invalid) {
            rate = try CeleryRate(call.value(.rateLimit))
        } catch {
            switch error {
            case .value(let message):
                let exception = ControlError("ValueError", message).exception.pythonRepr
                return ControlAnswer.error("Invalid rate limit string: \(exception)")
            case .unit(let unit): throw ControlError("KeyError", unit)
            }
        }
        guard await call.worker.setRateLimit(rate.perSecond, writtenAs: rate.text, ofTask: task) else {
            return ControlAnswer.error("unknown task")
        }
        return ControlAnswer.ok(
            rate.text == nil ? "rate limit disabled successfully" : "new rate limit set successfully"
        )
    }

    @Sendable private static func timeLimit(_ call: ControlCall) async throws -> JSONValue? {
        let task = try call.text(.taskName)
        let hard = try call.seconds(.hard)
        let soft = try call.seconds(.soft)
        guard await call.worker.setTimeLimits(hard: hard, soft: soft, ofTask: task) else {
            return ControlAnswer.error("unknown task")
        }
        return ControlAnswer.ok("time limits set successfully")
    }
}
