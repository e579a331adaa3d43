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

    /// The revoked ids in an answer to `hello`; none if it is another answer.
    package static func revokedIDs(inHello answer: JSONValue) -> [String] {
        answer["revoked"].map { self.revokedIDs($0) } ?? []
    }

    /// The revoked ids as workers tell them to each other.
    ///
    /// Celery before 5.5 sends an object: when each id was revoked.
    package static func revokedIDs(_ revoked: JSONValue) -> [String] {
        revoked.objectValue.map { Array($0.keys) } ?? revoked.arrayValue?.compactMap(\.stringValue) ?? []
    }

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

extension ControlAnswer {
    /// What Celery's commands say whether they have done something, or simply what was asked for.
    package enum Outcome: Hashable, Sendable {
        /// It was done; usually a text says what.
        case done(JSONValue)
        /// It was not done; usually a text says why.
        case failed(JSONValue)
        /// What was asked for.
        case value(JSONValue)

        /// Tells the form of an answer.
        package init(_ answer: JSONValue) {
            let members = answer.objectValue ?? [:]
            self =
                switch (members.count, members["ok"], members["error"]) {
                case (1, let value?, _): .done(value)
                case (1, _, let value?): .failed(value)
                default: .value(answer)
                }
        }

        /// Whether the worker could not do what it was asked to.
        package var isFailure: Bool { if case .failed = self { true } else { false } }
    }
}
