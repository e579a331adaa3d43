import CeleryProtocol
import FuzzChecks

/// What was recorded from Celery, as inputs of checks.
struct FuzzCorpus {
    private let vectors: Vectors

    init() throws {
        self.vectors = try Vectors()
    }

    /// Recordings that a check can read, and its own examples; never empty.
    func inputs(for check: FuzzCheck) throws -> [[UInt8]] {
        let examples = check.examples.map { Array($0.utf8) }
        let recorded =
            switch check.name {
            case "envelopes": try self.raw("message-")
            case "results": try self.raw("result-")
            case "json": try self.raw("result-") + self.objects("signatures") { $0["subtask_type"] != nil }
            case "signatures": try self.objects("signatures") { $0["subtask_type"] != nil }
            case "events": try self.events()
            case "control": try self.members("envelope", of: "pidbox-")
            default: [[UInt8]]()
            }
        return examples + recorded.filter { $0.count < 4_000 }
    }

    private func raw(_ prefix: String) throws -> [[UInt8]] {
        try self.vectors.names(prefix: prefix).flatMap { try self.vectors.records(in: $0) }.map(\.raw)
    }

    private func members(_ name: String, of prefix: String) throws -> [[UInt8]] {
        try self.objects(prefix) { $0[name]?.objectValue != nil }.compactMap {
            try JSONValue(parsing: $0)[name]?.serialized()
        }
    }

    private func events() throws -> [[UInt8]] {
        try self.objects("event-") { $0["hostname"] != nil && $0["type"] != nil }.map {
            EventMessage(try EventDocument(JSONValue(parsing: $0))).encoded()
        }
    }

    /// The objects of some files that are wanted, wherever they are.
    private func objects(_ prefix: String, where isWanted: (JSONValue) -> Bool) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        func search(_ value: JSONValue) {
            if value.objectValue != nil, isWanted(value) { found.append(value.serialized()) }
            value.arrayValue?.forEach(search)
            value.objectValue?.sorted { $0.key < $1.key }.forEach { search($0.value) }
        }
        for name in try self.vectors.names(prefix: prefix) { search(try self.vectors.load(name)) }
        return found
    }
}
