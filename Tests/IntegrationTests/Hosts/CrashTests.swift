import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Tasks that end their process, among others that do not (reliability T23).
@Suite(.serialized, .timeLimit(.minutes(6))) struct CrashTests {
    /// What each way to crash is called in the end.
    private static let ways = [
        ("trap", "signal"), ("overflow", "signal"), ("index", "signal"), ("stack", "signal 11 (SIGSEGV)"),
        ("segv", "signal 11 (SIGSEGV)"), ("exit", "exit status 0"),
    ]

    @Test func `good tasks end well, and each poison is a dead letter after three crashes`() async throws {
        try await HostStage.with(HostStage.taskctl()) { stage in
            var good: [String] = []
            var poison: [(id: String, end: String)] = []
            for (how, end) in Self.ways {
                for index in 0..<50 { good.append(try await stage.send("tasks.add", .integer(Int64(index)), 1)) }
                poison.append((try await stage.send("tasks.crash", .string(how)), end))
            }
            for id in good {
                let info = try await stage.info(id)
                #expect(info.state == .success)
                #expect(info.retries == 0)
            }
            for (id, end) in poison {
                let info = try await stage.info(id)
                #expect(info.state == .failure)
                #expect(info.exception?.type == "WorkerLostError")
                #expect(info.exception?.module == "billiard.exceptions")
                #expect(info.exception?.message.first?.stringValue?.contains(end) == true, "\(info)")
                #expect(info.retries == 0)
            }
            let letters = try await stage.deadLetters()
            #expect(Set(letters.keys) == Set(poison.map(\.id)))
            for letter in letters.values { #expect(letter.reason.contains("died 3 times"), "\(letter.reason)") }
            let queue = try await stage.app.inspector.queue("celery")
            #expect(queue.waiting + queue.inFlight + queue.delayed == 0)
        }
    }

    /// T23 at full size: whoever is a suspect without being guilty runs again, which no counter of its message shows.
    @Test func `a hundred poisons among ten thousand tasks end alone, and cost nobody else a retry`() async throws {
        let (goodCount, poisonCount) = (10_000, 100)
        try await HostStage.with(HostStage.taskctl(), concurrency: 32) { stage in
            let isPoison = { (index: Int) in index % (goodCount / poisonCount + 1) == 50 }
            let calls = (0..<goodCount + poisonCount).map { index in
                isPoison(index)
                    ? TaskCall("tasks.crash", TaskArguments([.string(Self.ways[index % Self.ways.count].0)]))
                    : TaskCall("tasks.add", TaskArguments([.integer(Int64(index)), 1]))
            }
            let ids = try await stage.app.send(calls)
            let poison = Set(ids.enumerated().filter { isPoison($0.offset) }.map(\.element))
            #expect(poison.count == poisonCount)
            try await eventually("all have ended", timeout: .seconds(300)) {
                let queue = try await stage.app.inspector.queue("celery")
                return queue.waiting + queue.inFlight + queue.delayed == 0
            }
            let results = try await stage.app.backend.results(of: ids)
            for (index, result) in results.enumerated() {
                let result = try #require(result, "task \(index) has no result")
                #expect(result.retries == 0)
                if isPoison(index) {
                    #expect(result.exception?.type == "WorkerLostError", "\(result)")
                } else {
                    #expect(result.status == "SUCCESS" && result.result == .integer(Int64(index) + 1), "\(result)")
                }
            }
            let letters = try await stage.deadLetters()
            #expect(Set(letters.keys) == poison)
            for letter in letters.values { #expect(letter.reason.contains("died 3 times"), "\(letter.reason)") }
        }
    }

    @Test func `the last words of a process are the traceback of its task`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1)) { stage in
            let info = try await stage.info(stage.send("tasks.crash", "trap"))
            #expect(info.traceback?.contains("Fatal error: tasks.crash was asked to trap") == true, "\(info)")
        }
    }

    @Test func `long tasks beside a poison run on, and each ends`() async throws {
        try await HostStage.with(HostStage.taskctl(count: 1)) { stage in
            var long: [String] = []
            for _ in 0..<5 { long.append(try await stage.send("tasks.sleep", 1.0)) }
            let poison = try await stage.send("tasks.crash", "segv")
            for id in long { try #expect(await stage.info(id).state == .success) }
            try #expect(await stage.info(poison).state == .failure)
            try #expect(await stage.deadLetters().count == 1)
        }
    }

    @Test func `a process that is out of memory is like any other crash`() async throws {
        var hosts = try HostStage.taskctl(count: 1)
        let script = "ulimit -v 1500000; exec \"$0\" task-host"
        (hosts.executable, hosts.arguments) = ("/bin/sh", ["sh", "-c", script, hosts.executable])
        try await HostStage.with(hosts) { stage in
            let good = try await stage.send("tasks.add", 1, 2)
            let info = try await stage.info(stage.send("tasks.crash", "memory"))
            #expect(info.exception?.type == "WorkerLostError", "\(info)")
            try #expect(await stage.info(good).value == 3)
        }
    }

    @Test func `a process that is killed while it is idle is replaced`() async throws {
        try await HostStage.with(HostStage.taskctl()) { stage in
            try await eventually("both are there") { try await stage.processIDs().count == 2 }
            let before = try await stage.processIDs()
            for pid in before { try await Self.kill(pid) }
            try await eventually("both are others") {
                let now = try await stage.processIDs()
                return now.count == 2 && Set(now).isDisjoint(with: before)
            }
            try #expect(await stage.info(stage.send("tasks.add", 2, 2)).value == 4)
        }
    }

    static func kill(_ pid: Int64) async throws {
        _ = try await ChildProcess.run("kill", ["-9", "\(pid)"])
    }
}
