import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// S2: a crawl of two thousand users by three workers, of which the site itself keeps the record.
    @Suite(.stage, .serialized) struct CrawlTests {
        private static let users = 2000
        /// How many pages the killed worker may be fetching.
        private static let victimSlots = 6

        /// Runs two workers for users and one, smaller, for lists, while `body` runs.
        private func withWorkers(_ stage: Stage, _ body: (GuardedProcess) async throws -> Void) async throws -> String {
            var logs = ""
            try await stage.withWorker("u1", "-Q", "login,user", "-c", "6", "--lease", "3") { first in
                try await stage.withWorker("u2", "-Q", "login,user", "-c", "\(Self.victimSlots)", "--lease", "3") {
                    second in
                    try await stage.withWorker("f1", "-Q", "login,fans", "-c", "3", "--lease", "3") { third in
                        try await body(second)
                        logs += first.errorText + second.errorText + third.errorText
                    }
                }
            }
            return logs
        }

        /// Waits for the end of a crawl, and checks that everything has been fetched.
        private func expectComplete(_ site: PracticeSite, _ stage: Stage) async throws -> JSONValue {
            let crawl = try await stage.json("crawl", "status", site.url, "--timeout", "240")
            #expect(crawl["done"] == true)
            #expect(crawl["profiles"]?["found"] == .integer(Int64(Self.users)))
            #expect(crawl["profiles"]?["failed"] == 0)
            #expect(crawl["lists"]?["failed"] == 0)
            let statistics = try await site.statistics()
            #expect(statistics["served"]?["pages"] == statistics["expected"]?["pages"])
            #expect(statistics["served"]?["profiles"] == .integer(Int64(Self.users)))
            return statistics
        }

        @Test func `Every page is fetched, none twice, and unreadable ones are named`() async throws {
            let stage = try Stage.require()
            try await PracticeSite.with(stage, "--users", "\(Self.users)", "--seed", "1") { site in
                var broken: [String] = []
                let logs = try await self.withWorkers(stage) { _ in
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    let statistics = try await self.expectComplete(site, stage)
                    #expect(statistics["served"]?["mostTimes"] == 1)
                    #expect(statistics["served"]?["repeated"] == 0)
                    broken = statistics["brokenPages"]?.arrayValue?.compactMap(\.stringValue) ?? []
                    // Whoever starts it again fetches nothing again.
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    let again = try await self.expectComplete(site, stage)
                    #expect(again["served"]?["answers"] == statistics["served"]?["answers"])
                }
                #expect(!broken.isEmpty)
                for page in broken { #expect(logs.contains("\(site.url)\(page)"), "\(page)") }
            }
        }

        /// A page is *sent* once, and served twice only if a worker died over it.
        ///
        /// The task of a page runs again if its worker dies before it has settled it. So the pages that the site serves twice are at most
        /// those that the dead worker was fetching, and no page is served three times.
        @Test func `With a worker killed in the middle every page is fetched, and few of them twice`() async throws {
            let stage = try Stage.require()
            // Sessions are short enough to end during the crawl.
            try await PracticeSite.with(stage, "--users", "\(Self.users)", "--seed", "2", "--session-lifetime", "8") {
                site in
                _ = try await self.withWorkers(stage) { victim in
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    try await eventually("a quarter is fetched", timeout: .seconds(120)) {
                        try await site.pages() > Int64(Self.users / 2)
                    }
                    victim.send(9)
                    #expect(try await victim.exitStatus() == 128 + 9)
                    try await stage.withWorker(
                        "u2again",
                        "-Q",
                        "login,user",
                        "-c",
                        "\(Self.victimSlots)",
                        "--lease",
                        "3"
                    ) { _ in
                        let statistics = try await self.expectComplete(site, stage)
                        #expect(try #require(statistics["served"]?["mostTimes"]?.integerValue) <= 2)
                        #expect(
                            try #require(statistics["served"]?["repeated"]?.integerValue) <= Int64(Self.victimSlots)
                        )
                        #expect(try #require(statistics["logins"]?.integerValue) > 1)
                    }
                }
            }
            for queue in try await stage.app.inspector.queues().queues where queue.name != "login" {
                #expect(queue.waiting + queue.inFlight + queue.delayed + queue.parked + queue.dead == 0, "\(queue)")
            }
        }
    }
}
