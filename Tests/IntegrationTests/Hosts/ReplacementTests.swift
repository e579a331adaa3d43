import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Processes that are replaced although nothing is wrong with their tasks.
@Suite(.serialized, .timeLimit(.minutes(4))) struct ReplacementTests {
    @Test func `after its share of tasks a process is replaced`() async throws {
        try await HostStage.with(HostStage.taskctl(maximumTasks: 3)) { stage in
            var pids: Set<Int64> = []
            // One after the other: who serves three of them is there for a look after each.
            for index in 0..<Int64(15) {
                try #expect(await stage.info(stage.send("tasks.add", .integer(index), 0)).value == .integer(index))
                pids.formUnion(try await stage.processIDs())
            }
            #expect(pids.count > 2)
            try #expect(await stage.deadLetters().isEmpty)
        }
    }

    @Test func `a process that occupies too much memory is replaced when its tasks have ended`() async throws {
        var occupied = 0
        try await HostStage.with(HostStage.taskctl(count: 1)) { stage in
            _ = try await stage.info(stage.send("tasks.add", 1, 1))
            let pid = try #require(await stage.processIDs().first)
            occupied = try #require(HostMemory.residentBytes(of: CInt(pid)))
        }
        // More than the limit, and less than twice as much.
        try await HostStage.with(HostStage.taskctl(count: 1, maximumMemory: occupied * 3 / 4)) { stage in
            var pids: Set<Int64> = []
            for index in 0..<Int64(5) {
                try #expect(await stage.info(stage.send("tasks.add", .integer(index), 0)).value == .integer(index))
                pids.formUnion(try await stage.processIDs())
            }
            #expect(pids.count > 1)
            try #expect(await stage.deadLetters().isEmpty)
        }
    }

    @Test func `a task that takes far too much memory is stopped, and told why`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1, maximumMemory: 200 << 20)) { stage in
            let info = try await stage.info(stage.send("tasks.crash", "memory"))
            #expect(info.exception?.message.first?.stringValue?.contains("KiB of memory") == true, "\(info)")
        }
    }

    @Test func `remote control replaces all processes, and no task is lost`() async throws {
        try await HostStage.with(HostStage.taskctl()) { stage in
            try await eventually("both are there") { try await stage.processIDs().count == 2 }
            let before = try await stage.processIDs()
            let running = try await stage.send("tasks.sleep", 1.0)
            try await eventually("it runs") { try await stage.ask("active")?.arrayValue?.count == 1 }
            try #expect(await stage.ask("pool_restart") == ["ok": "reload started"])
            try #expect(await stage.info(running).state == .success)
            try await eventually("both are others") {
                let now = try await stage.processIDs()
                return now.count == 2 && Set(now).isDisjoint(with: before)
            }
            try #expect(await stage.info(stage.send("tasks.add", 2, 2)).value == 4)
        }
    }
}
