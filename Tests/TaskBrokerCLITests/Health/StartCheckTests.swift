import TaskBroker
import Testing

@testable import TaskBrokerCLI

@Suite struct StartCheckTests {
    private static func finding(_ check: String, _ severity: Severity) -> Finding {
        Finding(
            check,
            severity,
            of: "redis://localhost",
            "allkeys-lru\u{1B}[2J",
            cause: "A full server deletes any key."
        )
    }

    @Test func `keeps what concerns a worker`() {
        let check = StartCheck([
            Self.finding("eviction", .problem), Self.finding("persistence", .warning),
            Self.finding("persistence", .notice),
            Self.finding("latency", .warning), Self.finding("version", .warning),
        ])
        #expect(check.findings.map(\.check) == ["eviction", "persistence", "version"])
        #expect(check.lines.allSatisfy { !$0.contains("\u{1B}") })
    }

    @Test(arguments: [
        ("eviction", Severity.warning), ("persistence", .warning), ("role", .problem), ("clock", .warning),
        ("version", .problem),
    ])
    func `strict workers do not start with what may cost tasks`(check: String, severity: Severity) {
        let error = #expect(throws: CommandError.self) {
            try StartCheck([Self.finding(check, severity)]).requireSafety()
        }
        #expect(error?.status == .configuration)
        #expect(error?.message.contains(check) == true)
    }

    @Test func `a version with known holes is told and no more`() throws {
        try StartCheck([Self.finding("version", .warning), Self.finding("access", .problem)]).requireSafety()
    }
}
