import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// A supervisor bears whatever a host says.
@Suite(.serialized, .timeLimit(.minutes(5))) struct HostileHostTests {
    @Test func `what nobody has asked for means nothing`() async throws {
        try await HostStage.with(HostStage.hostile(count: 1), concurrency: 1) { stage in
            let first = try await stage.info(stage.send("hostile.uninvited"))
            #expect(first.state == .success, "\(first)")
            try #expect(await stage.info(stage.send("hostile.uninvited")).value == first.value, "the host was replaced")
        }
    }

    @Test func `damaged frames end their host at most, and their task`() async throws {
        try await HostStage.with(HostStage.hostile(count: 2), concurrency: 2) { stage in
            var ids: [String] = []
            for seed in 1...24 { ids.append(try await stage.send("hostile.damage", .integer(Int64(seed)))) }
            for id in ids {
                let info = try await stage.info(id)
                #expect(info.state.isReady, "\(info)")
            }
            try #expect(await stage.info(stage.send("hostile.uninvited")).state == .success)
        }
    }

    @Test func `a host that asks and does not read is not read, and loses nothing`() async throws {
        try await HostStage.with(HostStage.hostile(count: 1), concurrency: 1) { stage in
            let count: Int64 = 200_000
            let info = try await stage.info(stage.send("hostile.flood", .integer(count)))
            let accepted = try #require(info.value.integerValue, "\(info)")
            #expect((Int64(HostBacklog.maximumCount)..<count).contains(accepted))
        }
    }

    @Test func `a message that fits into no frame ends as a dead letter would`() async throws {
        let process = try await HostProcess.start(HostStage.hostile(count: 1))
        let order = RunOrder(
            id: 1,
            raw: [UInt8](repeating: 0, count: HostFrame.maximumBytes),
            queue: "celery",
            redeliveries: 0,
            storesResult: true,
            started: .now(),
            limits: TimeLimits()
        )
        let end = await process.execute(order, of: Claim(id: "1", queue: "celery"))
        if case .reported(let report) = end, case .undeliverable(let reason, _, _) = report.outcome {
            #expect(reason.contains("larger than \(HostFrame.maximumBytes)"))
        } else {
            Issue.record("the run has not failed: \(end)")
        }
        process.close()
        _ = await process.reap()
    }
}
