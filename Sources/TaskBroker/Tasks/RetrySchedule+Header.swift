import CeleryProtocol

extension RetrySchedule {
    /// The header that carries the schedule of one call.
    static let headerName = "x-tb-retry"

    /// The header that carries when a task was started for the first time, in microseconds since 1970.
    static let firstStartHeaderName = "x-tb-first-start"

    var headerValue: JSONValue {
        // A struct of numbers always encodes.
        (try? JSONValue(encoding: self)) ?? .null
    }

    /// The schedule in the headers of a message; `nil` when there is none that makes sense, since headers are hostile.
    init?(headers: [String: JSONValue]) {
        guard let value = headers[Self.headerName], let schedule = try? value.decode(Self.self) else { return nil }
        self = schedule
    }
}
