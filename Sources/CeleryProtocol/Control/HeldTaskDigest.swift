/// What people want to know of a task info object in an answer, ours or Celery's (`celery-wire.md` §9.4).
package struct HeldTaskDigest: Hashable, Sendable {
    /// The id.
    package var id: String
    /// The name.
    package var name: String
    /// The positional arguments, as they came.
    package var args: JSONValue
    /// The keyword arguments, as they came.
    package var kwargs: JSONValue
    /// When it started, in seconds since 1970.
    package var started: Double?
    /// When it is due, as text; only of a task that waits for its time.
    package var eta: String?
    /// Where it is with the worker: `active`, `reserved`, `scheduled`; only in the answer to `query_task`.
    package var place: String?

    private init(_ json: JSONValue) {
        self.id = json["id"]?.stringValue ?? "?"
        self.name = json["name"]?.stringValue ?? "?"
        self.args = json["args"] ?? []
        self.kwargs = json["kwargs"] ?? [:]
        self.started = json["time_start"]?.doubleValue
    }
}

extension HeldTaskDigest {
    /// The tasks in an answer to `active`, `reserved`, `scheduled` or `query_task`; none if it has another form.
    package static func all(in answer: JSONValue) -> [HeldTaskDigest] {
        if let elements = answer.arrayValue { return elements.map(self.element) }
        return (answer.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { _, found in
            guard let place = found[0]?.stringValue, let info = found[1] else { return nil }
            var digest = Self(info)
            digest.place = place
            return digest
        }
    }

    private static func element(_ json: JSONValue) -> HeldTaskDigest {
        guard let request = json["request"] else { return Self(json) }
        var digest = Self(request)
        digest.eta = json["eta"]?.stringValue
        return digest
    }
}
