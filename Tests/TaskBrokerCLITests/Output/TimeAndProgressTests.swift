import Testing

@testable import TaskBrokerCLI

struct TimeAndProgressTests {
    @Test(
        arguments: [
            (0.34, "340ms"), (1, "1s"), (59.9, "59s"), (60, "1m"), (303, "5m 3s"), (7_800, "2h 10m"),
            (273_600, "3d 4h"),
            (-12, "12s"), (.infinity, "?"), (.nan, "?"),
        ] as [(Double, String)]
    )
    func `says lengths of time`(seconds: Double, expected: String) {
        #expect(RelativeTime.text(seconds) == expected)
    }

    @Test func `says points in time from now`() {
        #expect(RelativeTime.text(from: 100, to: 40) == "1m ago")
        #expect(RelativeTime.text(from: 100, to: 105) == "in 5s")
        #expect(RelativeTime.text(from: 100, to: 100.01) == "now")
    }

    @Test func `shows count, rate, what is left and what failed`() {
        #expect(
            ProgressBar.line("sending", 5_000, of: 10_000, failed: 2, elapsed: .seconds(2))
                == "sending  [##########..........]  5000/10000  2500/s  ETA 2s  2 failed"
        )
        #expect(ProgressBar.line("sending", 500, of: nil, failed: 0, elapsed: .seconds(1)) == "sending  500  500/s")
        #expect(ProgressBar.line("x", 0, of: 0, failed: 0, elapsed: .zero) == "x  0  0/s")
    }
}
