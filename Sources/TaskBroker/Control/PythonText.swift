import CeleryProtocol

/// Collections as Python prints them in the answers of Celery's commands, which JSON has no form for.
enum PythonText {
    /// A set of strings; Python's order is arbitrary, ours is the given one.
    static func set(_ elements: [String]) -> String {
        self.set(elements.map { .string($0) })
    }

    /// A dictionary of sets, as a `defaultdict` prints itself.
    static func sets(_ members: [String: [JSONValue]]) -> String {
        let texts = members.sorted { $0.key < $1.key }.map { name, elements in
            PythonRepr.value(.string(name)) + ": " + self.set(elements)
        }
        return "defaultdict(<class 'set'>, {" + texts.joined(separator: ", ") + "})"
    }

    private static func set(_ elements: [JSONValue]) -> String {
        elements.isEmpty ? "set()" : "{" + elements.map { PythonRepr.value($0) }.joined(separator: ", ") + "}"
    }
}
