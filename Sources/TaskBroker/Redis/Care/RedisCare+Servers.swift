import CeleryProtocol
import RedisClient

extension RedisCare {
    /// How many times the way to a server is measured.
    private static let measurements = 21

    func servers() async throws(TaskBrokerError) -> [ServerFacts] {
        let (broker, results) = (self.broker.configuration.url, self.results.configuration.url)
        if broker.isSameServer(as: results) { return [try await self.facts(self.broker, .both)] }
        return [try await self.facts(self.broker, .broker), try await self.facts(self.results, .results)]
    }

    private func facts(
        _ client: RedisClient,
        _ purpose: ServerFacts.Purpose
    ) async throws(TaskBrokerError) -> ServerFacts {
        let url = client.configuration.url
        let replies = try await self.ask { () throws(RedisError) in
            try await client.send(pipeline: [["INFO"], ["CONFIG", "GET", "save"]])
        }
        var roundTrips: [Double] = []
        var offset = 0.0
        var shortest = Double.infinity
        for _ in 0..<Self.measurements {
            let (start, sent) = (ContinuousClock.now, Timestamp.now())
            let time = try await self.ask { () throws(RedisError) in try await client.send(["TIME"]) }
            let roundTrip = (ContinuousClock.now - start).inSeconds
            roundTrips.append(roundTrip)
            let parts = time.array?.compactMap(\.integer) ?? []
            // The shortest way there and back tells the time best.
            guard parts.count == 2, roundTrip < shortest else { continue }
            shortest = roundTrip
            let server = Double(parts[0]) + Double(parts[1]) / 1e6
            offset = server - (Double(sent.microseconds) / 1e6 + roundTrip / 2)
        }
        return ServerFacts(
            purpose: purpose,
            url: url.description,
            isLoopback: url.isLoopback,
            hasPassword: url.password != nil,
            info: ServerFacts.fields(ofInfo: replies.first?.string ?? ""),
            // A user without the right to ask gets an error.
            savePoints: replies.last?.array?.last?.string,
            clockOffset: offset,
            roundTrips: roundTrips
        )
    }

    func unacknowledged() async throws(TaskBrokerError) -> UnacknowledgedFacts {
        let key = RedisKeys.unacknowledgedTimes
        let replies = try await self.ask { () throws(RedisError) in
            try await self.broker.send(pipeline: [["ZCARD", key], ["ZRANGE", key, "0", "0", "WITHSCORES"], ["TIME"]])
        }
        guard replies.count == 3, case .integer(let count) = replies[0], count > 0,
            let since = replies[1].array?.last?.string.flatMap(Double.init), let now = replies[2].array?.first?.integer
        else { return UnacknowledgedFacts() }
        return UnacknowledgedFacts(count: Int(clamping: count), oldest: max(0, Double(now) - since))
    }
}

extension RedisURL {
    /// Whether only programs on this machine can reach it.
    fileprivate var isLoopback: Bool {
        switch self.address {
        case .unix: true
        case .tcp(let host, let port):
            BrokerAddress(transport: "redis", host: host, port: port, virtualHost: "", url: "", resultsURL: "")
                .isLoopback
        }
    }
}
