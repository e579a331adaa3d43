/// The forms of answers that Celery's control commands have in common.
package enum ControlAnswer {
    /// Something was done; the text, which clients print, says what.
    package static func ok(_ text: String) -> JSONValue { .object(["ok": .string(text)]) }

    /// Something was not done; the text says why.
    ///
    /// The command line of Celery shows every such answer as a failure.
    package static func error(_ text: String) -> JSONValue { .object(["error": .string(text)]) }

    /// The value of the logical clock.
    package static func clock(_ value: Int64) -> JSONValue { .object(["clock": .integer(value)]) }

    /// What a worker that starts is told: the revoked ids, the oldest first, and the logical clock.
    package static func hello(revoked: [String], clock: Int64) -> JSONValue {
        .object(["revoked": .array(revoked.map { .string($0) }), "clock": .integer(clock)])
    }
}

extension ControlAnswer {
    /// The text of ``ok(_:)``, if the answer has that form.
    package static func okText(of answer: JSONValue) -> String? { answer["ok"]?.stringValue }

    /// The text of ``error(_:)``, if the answer has that form.
    package static func errorText(of answer: JSONValue) -> String? { answer["error"]?.stringValue }
}
