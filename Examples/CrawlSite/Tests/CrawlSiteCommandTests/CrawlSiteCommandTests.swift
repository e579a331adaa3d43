import ArgumentParser
import CrawlSite
import CrawlSiteServer
import Testing

@testable import crawl_site

struct CrawlSiteCommandTests {
    @Test func `has the documented defaults`() throws {
        let command = try CrawlSiteCommand.parse([])
        #expect(command.listening.address == ListenAddress(host: "127.0.0.1", port: 8_808))
        #expect(!command.listening.untilStdinCloses)
        #expect(command.content.users == 2_000)
        #expect(command.content.seed == 1)
        #expect(command.content.faults.broken == 0.005)
        #expect(command.content.faults.failing == 0.01)
        #expect(command.content.faults.failures == 1)
        #expect(command.content.faults.limited == 0.01)
        #expect(command.access.sessionLifetime == 300)
        #expect(command.access.rate == nil)
        #expect(command.access.latency == 0)
    }

    @Test(arguments: [
        ["--users", "0"], ["--users", "100001"], ["--users", "many"], ["--host", "example.org"], ["--port", "65536"],
        ["--broken", "1.5"], ["--failing=-0.1"], ["--limited", "nan"], ["--failures", "101"], ["--rate", "0"],
        ["--session-lifetime", "0"], ["--latency=-1"], ["--latency", "60001"], ["--unknown"], ["argument"],
    ])
    func `a wrong option is an error of usage`(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try CrawlSiteCommand.parse(arguments) }
        #expect(error.map(CrawlSiteCommand.exitCode(for:)) == .validationFailure)
        #expect(ExitCode.validationFailure.rawValue == 64)
    }
}
