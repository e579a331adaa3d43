extension RedisError {
    /// How Redis begins what it answers to everybody, or to everything we ask, until something changes on its side.
    private static let conditions: Set<Substring> = [
        "LOADING", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN",
        "NOAUTH", "WRONGPASS",
        "NOPERM",
    ]
    /// Those of them in which no client can write, so that nobody can renew a lease, and nobody can take one away.
    private static let standstills: Set<Substring> = [
        "LOADING", "BUSY", "MISCONF", "NOREPLICAS", "READONLY", "MASTERDOWN", "CLUSTERDOWN",
    ]

    /// Whether a reply tells of a state of the server, or of our rights, and not of the command.
    var isCondition: Bool { self.word.map(Self.conditions.contains) ?? false }

    /// Whether the server serves nobody at the moment, as far as can be known from here.
    ///
    /// Either it says so, or its machine does: nobody listens at the port.
    package var concernsEverybody: Bool {
        if let word { return Self.standstills.contains(word) }
        return self.isRefusedConnection
    }

    /// Whether it is a right that is missing.
    package var isRefusedRight: Bool { self.word == "NOPERM" }

    /// What Redis 6.2 and 7.0 say where a script runs into a right that is missing, without a word for it.
    private static let refusals = ["can't run this command", "can't access at least one of the keys"]

    /// The word that tells replies apart.
    private var word: Substring? {
        guard self.code == .server, let serverPrefix else { return nil }
        guard serverPrefix == "ERR" else { return serverPrefix[...] }
        if Self.refusals.contains(where: self.message.contains) { return "NOPERM" }
        // Redis 6.2 puts an error that a script meets into a sentence: "…: @user_script: 2: -MISCONF Redis is…".
        return self.message.split(separator: " ").lazy.map { $0.hasPrefix("-") ? $0.dropFirst() : $0 }
            .first(where: Self.conditions.contains)
    }
}
