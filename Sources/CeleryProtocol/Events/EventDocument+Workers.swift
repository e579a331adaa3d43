extension EventDocument {
    /// `worker-online`.
    ///
    /// - Parameter frequency: How many seconds are between two heartbeats.
    package static func workerOnline(_ stamp: EventStamp, _ vitals: WorkerVitals, frequency: Double) -> Self {
        Self(.workerOnline, stamp, vitals.fields(frequency: frequency))
    }

    /// `worker-heartbeat`; a worker is taken for dead when none has come for twice the `frequency`.
    package static func workerHeartbeat(_ stamp: EventStamp, _ vitals: WorkerVitals, frequency: Double) -> Self {
        Self(.workerHeartbeat, stamp, vitals.fields(frequency: frequency))
    }

    /// `worker-offline`.
    package static func workerOffline(_ stamp: EventStamp, _ vitals: WorkerVitals, frequency: Double) -> Self {
        Self(.workerOffline, stamp, vitals.fields(frequency: frequency))
    }

    /// `worker-elect`: the sender takes part in an election.
    ///
    /// - Parameters:
    ///   - id: The id of the election.
    ///   - topic: What it is about, such as `task`.
    ///   - action: What the winner does; for the topic `task` a signature.
    package static func workerElect(_ stamp: EventStamp, id: String, topic: String, action: JSONValue) -> Self {
        // Version 1 of what is compared to find the winner: the only one there is.
        Self(.workerElect, stamp, ["id": .string(id), "topic": .string(topic), "action": action, "cver": 1])
    }

    /// `worker-elect-ack`: the sender has seen somebody take part.
    package static func workerElectAck(_ stamp: EventStamp, id: String) -> Self {
        Self(.workerElectAck, stamp, ["id": .string(id)])
    }
}

extension EventDocument {
    /// The id of the election that a `worker-elect` or `worker-elect-ack` is about.
    package var electionID: String? { self.fields["id"]?.stringValue }

    /// How many seconds are between two heartbeats of the worker that sent this.
    package var heartbeatFrequency: Double? { self.fields["freq"]?.doubleValue }

    /// How the worker is that sent this; what it does not tell is zero or empty.
    package var vitals: WorkerVitals {
        let text = { (name: String) in self.fields[name]?.stringValue ?? "" }
        let count = { (name: String) in self.fields[name]?.integerValue.flatMap { Int(exactly: $0) } ?? 0 }
        return WorkerVitals(
            active: count("active"),
            processed: count("processed"),
            loadAverage: self.fields["loadavg"]?.arrayValue?.prefix(3).compactMap(\.doubleValue) ?? [],
            software: text("sw_ident"),
            version: text("sw_ver"),
            system: text("sw_sys")
        )
    }
}

extension WorkerVitals {
    fileprivate func fields(frequency: Double) -> [String: JSONValue] {
        [
            "freq": .double(frequency),
            "active": .integer(Int64(self.active)),
            "processed": .integer(Int64(self.processed)),
            "loadavg": .array(self.loadAverage.map(JSONValue.double)),
            "sw_ident": .string(self.software),
            "sw_ver": .string(self.version),
            "sw_sys": .string(self.system),
        ]
    }
}
