import Foundation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SiteProcessTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func `says where it listens, and a signal stops it`(signal: Int32) async throws {
        let site = try SiteProcess(["--port", "0", "--until-stdin-closes"])
        let line = try #require(await site.output.firstLine())
        #expect(line.wholeMatch(of: /crawl-site listening on http:\/\/127\.0\.0\.1:[1-9][0-9]*/) != nil)
        #expect(await site.errors.firstLine()?.hasPrefix("2000 users, seed 1") == true)
        site.send(signal)
        #expect(await site.exitStatus() == 0)
    }

    @Test func `stops when standard input closes`() async throws {
        let site = try SiteProcess(["--port", "0", "--until-stdin-closes"])
        #expect(await site.output.firstLine() != nil)
        try site.closeInput()
        #expect(await site.exitStatus() == 0)
    }

    @Test func `goes on when standard input closes and nobody asked for an end`() async throws {
        let site = try SiteProcess(["--port", "0"])
        let line = try #require(await site.output.firstLine())
        try site.closeInput()
        // Somebody listens there still.
        let port = try #require(line.split(separator: ":").last)
        let second = try SiteProcess(["--port", String(port), "--until-stdin-closes"])
        #expect(await second.exitStatus() == 69)
        site.send(SIGTERM)
        #expect(await site.exitStatus() == 0)
    }

    @Test func `a port in use is exit code 69`() async throws {
        let site = try SiteProcess(["--port", "0", "--until-stdin-closes"])
        let line = try #require(await site.output.firstLine())
        let port = try #require(line.split(separator: ":").last)
        let second = try SiteProcess(["--port", String(port), "--until-stdin-closes"])
        #expect(await second.exitStatus() == 69)
        #expect(
            await second.errors.firstLine() == "crawl-site: cannot listen on 127.0.0.1:\(port): Address already in use"
        )
        site.send(SIGTERM)
        #expect(await site.exitStatus() == 0)
    }

    @Test func `a wrong option is exit code 64`() async throws {
        let site = try SiteProcess(["--users", "0"])
        #expect(await site.exitStatus() == 64)
        #expect(await site.errors.firstLine() == "Error: the number of users must be 1 to 100000, not 0")
    }
}
