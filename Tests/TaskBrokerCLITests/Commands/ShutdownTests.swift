import Testing
import UnixSignals

@testable import TaskBrokerCLI

struct ShutdownTests {
    @Test(
        arguments: [
            ([.sigterm], [.drain], nil),
            ([.sigint, .sigint], [.drain, .stop], .interrupted),
            ([.sigterm, .sigterm], [.drain, .stop], .terminated),
            ([.sigint, .sigterm, .sigint], [.drain, .stop, .exit(.interrupted)], .terminated),
            ([.sigquit], [.stop], TaskBrokerCLI.ExitStatus(rawValue: 131)),
            ([.sighup, .sigterm, .sighup], [.reopen, .drain, .reopen], nil),
        ] as [([UnixSignal], [Shutdown.Action], TaskBrokerCLI.ExitStatus?)]
    )
    func `warm first, cold second, at once third`(
        signals: [UnixSignal],
        actions: [Shutdown.Action],
        status: TaskBrokerCLI.ExitStatus?
    ) {
        let shutdown = Shutdown()
        #expect(signals.map(shutdown.action) == actions)
        #expect(shutdown.coldStatus == status)
    }
}
