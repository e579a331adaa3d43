/// What a Redis server says about itself, and how far away it is.
package struct ServerFacts: Sendable, Hashable {
    /// What the server is for.
    package enum Purpose: String, Sendable, Hashable {
        /// Messages.
        case broker
        /// Results.
        case results
        /// Both.
        case both = "broker and results"
    }

    /// What the server is for.
    package var purpose: Purpose
    /// Where it is, without the password.
    package var url: String
    /// Whether only programs on this machine can reach it.
    package var isLoopback: Bool
    /// Whether we have logged in with a password.
    package var hasPassword: Bool
    /// The fields of `INFO`.
    package var info: [String: String]
    /// The points at which it saves itself, `CONFIG GET save`; `nil` if we must not know.
    package var savePoints: String?
    /// How far its clock is ahead of ours, in seconds.
    package var clockOffset: Double
    /// How long answers took, in seconds.
    package var roundTrips: [Double]

    package init(
        purpose: Purpose,
        url: String,
        isLoopback: Bool,
        hasPassword: Bool,
        info: [String: String],
        savePoints: String?,
        clockOffset: Double = 0,
        roundTrips: [Double] = []
    ) {
        self.purpose = purpose
        self.url = url
        self.isLoopback = isLoopback
        self.hasPassword = hasPassword
        self.info = info
        self.savePoints = savePoints
        self.clockOffset = clockOffset
        self.roundTrips = roundTrips.sorted()
    }
}

extension ServerFacts {
    /// Reads the text of `INFO`.
    package static func fields(ofInfo text: String) -> [String: String] {
        let pairs = text.split(whereSeparator: \.isNewline).compactMap { line -> (String, String)? in
            guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...]))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// A number of `INFO`.
    package func number(_ field: String) -> Int? { self.info[field].flatMap { Int($0) } }

    /// The version of the server.
    package var version: ServerVersion? {
        if let valkey = self.info["valkey_version"] { return ServerVersion(.valkey, valkey) }
        return self.info["redis_version"].flatMap { ServerVersion(.redis, $0) }
    }

    /// How long an answer takes, in the middle of those that were measured, in seconds.
    package var medianRoundTrip: Double? {
        self.roundTrips.isEmpty ? nil : self.roundTrips[self.roundTrips.count / 2]
    }
}
