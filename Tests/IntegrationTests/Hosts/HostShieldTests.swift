import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// What a task can get at (reliability X22), and what it cannot outlive (T22).
@Suite(.serialized, .timeLimit(.minutes(3))) struct HostShieldTests {
    @Test func `a host knows neither the broker nor its password`() async throws {
        try await Stage.with {
            let stage = try Stage.require()
            try await stage.withWorker("shielded", "-c", "2") { worker in
                let hosts = try await Self.hosts(of: worker.processID())
                #expect(hosts.count == 2)
                for pid in hosts {
                    for file in ["environ", "cmdline"] {
                        let text = TextFile.contents(of: "/proc/\(pid)/\(file)")
                        #expect(!text.isEmpty)
                        for secret in [Stage.password, "redis:", "TASKBROKER_URL", "TASKBROKER_BACKEND_URL"] {
                            #expect(!text.contains(secret), "\(secret) in \(file)")
                        }
                    }
                    let links = try await ChildProcess.run(
                        "sh",
                        ["-c", "cd /proc/\(pid)/fd && for file in *; do readlink $file; done"]
                    )
                    let files = links.standardOutput.split(separator: "\n").filter { !$0.hasPrefix("anon_inode:") }
                    #expect(files.filter { $0.hasPrefix("socket:") }.count == 1, "\(files)")
                    #expect(files.filter { $0.hasPrefix("pipe:") }.count == 2, "\(files)")
                    #expect(files.count == 4 && files.contains("/dev/null"), "\(files)")
                }
            }
        }
    }

    @Test func `no host outlives its worker, however busy it is`() async throws {
        try await Stage.with {
            let stage = try Stage.require()
            try await stage.withWorker("victim", "-c", "4") { worker in
                let hosts = try await Self.hosts(of: worker.processID())
                #expect(!hosts.isEmpty)
                for how in ["spin", "spin", "block"] { _ = try await stage.send("tasks.crash", how) }
                try await worker.eventually("all run") { try await stage.app.inspector.workers().first?.active == 3 }
                worker.send(9)
                #expect(try await worker.exitStatus() == 128 + 9)
                let killed = ContinuousClock.now
                for pid in hosts {
                    try await eventually("host \(pid) is gone", timeout: .seconds(120)) {
                        !TextFile.exists("/proc/\(pid)/statm")
                            || TextFile.contents(of: "/proc/\(pid)/status").contains("State:\tZ")
                    }
                }
                #expect(killed.duration(to: .now) < .seconds(10))
            }
        }
    }

    /// The processes that a worker has started.
    private static func hosts(of worker: Int32) async throws -> [String] {
        var hosts: [String] = []
        try await eventually("the hosts are there", timeout: .seconds(120)) {
            hosts = try await ChildProcess.run("pgrep", ["-P", "\(worker)", "-f", "task-host"]).standardOutput
                .split(separator: "\n").map(String.init)
            return hosts.count == 2
        }
        return hosts
    }
}
