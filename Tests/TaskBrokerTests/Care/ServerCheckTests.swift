import Testing

@testable import TaskBroker

/// What a server says, and what it means.
struct ServerCheckTests {
    /// A server that nothing is wrong with.
    private static let sound = [
        "redis_version": "7.2.16", "redis_mode": "standalone", "role": "master", "maxmemory_policy": "noeviction",
        "used_memory": "1048576", "maxmemory": "104857600", "aof_enabled": "1", "connected_clients": "10",
        "maxclients": "10000", "rdb_last_bgsave_status": "ok", "aof_last_write_status": "ok", "evicted_keys": "0",
    ]

    private static func findings(
        _ changes: [String: String] = [:],
        purpose: ServerFacts.Purpose = .both,
        isLoopback: Bool = true,
        hasPassword: Bool = false,
        savePoints: String? = "",
        clockOffset: Double = 0,
        roundTrips: [Double] = [0.001]
    ) -> [Finding] {
        ServerChecks.findings(
            ServerFacts(
                purpose: purpose,
                url: "redis://:***@host:6379/0",
                isLoopback: isLoopback,
                hasPassword: hasPassword,
                info: Self.sound.merging(changes) { $1 },
                savePoints: savePoints,
                clockOffset: clockOffset,
                roundTrips: roundTrips
            )
        )
    }

    private static func severity(_ check: String, of findings: [Finding]) -> Severity? {
        findings.first { $0.check == check }?.severity
    }

    @Test func `nothing is wrong with a sound server`() {
        let findings = Self.findings()
        #expect(findings.allSatisfy { $0.severity == .ok && $0.cause == nil && $0.remedy == nil }, "\(findings)")
        #expect(findings.allSatisfy { $0.subject == "redis://:***@host:6379/0" })
        #expect(findings.count == 9)
    }

    @Test(
        arguments: [
            ("version", ["redis_version": "6.0.20"], Severity.problem),
            ("version", ["redis_version": "7.0.15"], .warning),
            ("mode", ["redis_mode": "cluster"], .problem), ("mode", ["redis_mode": "sentinel"], .problem),
            ("role", ["role": "slave", "master_host": "10.0.0.1", "master_port": "6379"], .problem),
            ("eviction", ["maxmemory_policy": "allkeys-lru"], .problem),
            ("eviction", ["maxmemory_policy": "allkeys-lru", "maxmemory": "0"], .notice),
            ("eviction", ["maxmemory_policy": "volatile-ttl"], .warning), ("eviction", ["evicted_keys": "3"], .notice),
            ("memory", ["used_memory": "80000000"], .warning), ("memory", ["used_memory": "104857600"], .problem),
            ("memory", ["used_memory": "95", "maxmemory": "0", "total_system_memory": "100"], .problem),
            ("persistence", ["aof_enabled": "0"], .warning), ("saving", ["rdb_last_bgsave_status": "err"], .problem),
            ("saving", ["aof_last_write_status": "err"], .problem), ("saving", ["loading": "1"], .warning),
            ("clients", ["connected_clients": "9000"], .warning),
        ]
    )
    func `what is wrong is named with its cause and the next step`(
        check: String,
        changes: [String: String],
        severity: Severity
    ) throws {
        let findings = Self.findings(changes)
        let finding = try #require(findings.first { $0.check == check })
        #expect(finding.severity == severity)
        #expect(finding.cause?.isEmpty == false)
        #expect(findings.count { $0.severity != .ok } == 1, "nothing else is: \(findings)")
    }

    @Test func `results may be evicted with less harm than messages`() {
        #expect(
            Self.severity("eviction", of: Self.findings(["maxmemory_policy": "allkeys-lru"], purpose: .results))
                == .warning
        )
    }

    @Test func `snapshots are less than a file of all writes, and more than nothing`() {
        let changes = ["aof_enabled": "0"]
        #expect(Self.severity("persistence", of: Self.findings(changes, savePoints: "3600 1")) == .notice)
        #expect(Self.severity("persistence", of: Self.findings(changes, savePoints: nil)) == .notice)
    }

    @Test func `a clock may be off by five seconds and by what is not known`() {
        #expect(Self.severity("clock", of: Self.findings(clockOffset: -4.9)) == .ok)
        #expect(Self.severity("clock", of: Self.findings(clockOffset: -5.1)) == .warning)
        #expect(Self.severity("clock", of: Self.findings(clockOffset: 6, roundTrips: [2])) == .ok)
    }

    @Test func `a server that others reach needs a password`() {
        #expect(Self.severity("access", of: Self.findings(isLoopback: false)) == .warning)
        #expect(Self.severity("access", of: Self.findings(isLoopback: false, hasPassword: true)) == .ok)
    }

    @Test func `slow is worth a note, very slow a warning`() {
        #expect(Self.severity("latency", of: Self.findings(roundTrips: [0.03, 0.03, 0.04])) == .notice)
        #expect(Self.severity("latency", of: Self.findings(roundTrips: [0.3, 0.3, 0.3])) == .warning)
        #expect(Self.severity("latency", of: Self.findings(roundTrips: [0.001, 0.001, 3])) == .warning)
    }

    @Test(
        arguments: [
            ("6.2.19", ServerVersion.Product.redis, false), ("6.2.20", .redis, true), ("7.4.8", .redis, false),
            ("7.4.9", .redis, true), ("8.6.2", .redis, false), ("8.6.3", .redis, true), ("9.9.0", .redis, true),
            ("7.2.12", .valkey, false), ("7.2.13", .valkey, true), ("9.1.0", .valkey, true),
            ("8.0.4-rc1", .redis, true),
        ]
    )
    func `releases with known holes are told from those without`(
        text: String,
        product: ServerVersion.Product,
        isGood: Bool
    ) throws {
        let version = try #require(ServerVersion(product, text))
        #expect((version.standing == .good) == isGood, "\(version): \(version.standing)")
    }

    @Test func `hostile answers make no check fail`() {
        #expect(ServerVersion(.redis, "") == nil)
        #expect(ServerVersion(.redis, "99999999999999999999.1") == nil)
        #expect(ServerVersion(.redis, "seven") == nil)
        let huge = String(Int.max)
        let findings = Self.findings(
            [
                "used_memory": huge, "maxmemory": "1", "connected_clients": huge, "maxclients": huge,
                "redis_version": "?",
            ],
            clockOffset: .infinity,
            roundTrips: [.nan, .infinity]
        )
        #expect(!findings.isEmpty)
        #expect(ServerFacts.fields(ofInfo: "# Server\r\na:b:c\r\n:\r\nnonsense\r\n") == ["a": "b:c", "": ""])
    }
}
