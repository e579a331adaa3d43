import CeleryProtocol

/// A task's look at queues and workers, or what it does to a queue: the call `inspect`.
///
/// Messages are not looked into: a host has no business with other tasks' arguments.
enum HostInspection: Sendable, Codable {
    case queueNames
    case contents(queues: [String])
    case workers
    case pause(queue: String, isPaused: Bool)
    case purge(queue: String, includingDelayed: Bool)
    case move(source: String, destination: String, limit: Int)
}

/// What an inspection may be answered with.
struct HostFindings: Sendable, Codable {
    var names: Set<String>?
    var isComplete: Bool?
    var contents: [QueueContents]?
    var workers: [WorkerRecord]?
    var isChanged: Bool?
    var count: Int?
}

extension HostReply {
    /// What was found.
    init(_ findings: HostFindings) throws {
        self.init(value: try JSONValue(encoding: findings))
    }
}

extension HostFrame {
    /// What was found.
    func findings() throws(HostProtocolError) -> HostFindings {
        do {
            return try (self[.value] ?? .null).decode(HostFindings.self)
        } catch {
            throw .badField(.value, of: self.kind)
        }
    }
}
