/// Who sends an event, and when: what all events have in common.
package struct EventStamp: Hashable, Sendable {
    /// The node name of the sender.
    package var hostname: String
    /// The process id of the sender.
    package var pid: Int
    /// How many hours the sender's local time is west of UTC.
    package var utcoffset: Double
    /// The sender's logical clock, moved forward for this event.
    package var clock: Int64
    /// When it happened, in seconds since 1970.
    package var timestamp: Double

    /// Creates a stamp.
    package init(hostname: String, pid: Int, utcoffset: Double, clock: Int64, timestamp: Double) {
        self.hostname = hostname
        self.pid = pid
        self.utcoffset = utcoffset
        self.clock = clock
        self.timestamp = timestamp
    }
}

extension EventDocument {
    /// Creates an event of a type of any kind.
    package init(_ type: EventType, _ stamp: EventStamp, _ fields: [String: JSONValue]) {
        self.init(
            type,
            hostname: stamp.hostname,
            timestamp: stamp.timestamp,
            pid: stamp.pid,
            clock: stamp.clock,
            utcoffset: stamp.utcoffset,
            fields: fields
        )
    }
}
