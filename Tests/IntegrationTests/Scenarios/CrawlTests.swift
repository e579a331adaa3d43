import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// S2: a crawl of two thousand users by three workers, of which the site itself keeps the record.
    @Suite(.stage, .serialized) struct CrawlTests {
        private static let users = 2000
        /// How many profiles and how many lists a worker fetches at once.
        private static let userSlots = 6
        private static let listSlots = 3

        /// Runs two workers for users and one, smaller, for lists, while `body` runs with the second and the third of them.
        ///
        /// - Returns: What they logged.
        private func withWorkers(
            _ stage: Stage,
            suffix: String = "",
            _ body: (_ users: GuardedProcess, _ lists: GuardedProcess) async throws -> Void
        ) async throws -> String {
            func options(_ queue: String, _ slots: Int) -> [String] {
                ["-Q", "login,\(queue)", "-c", "\(slots)", "--lease", "3"]
            }
            let users = options("user", Self.userSlots)
            return try await stage.withWorker("u1\(suffix)", users) { first in
                try await stage.withWorker("u2\(suffix)", users) { second in
                    try await stage.withWorker("f1\(suffix)", options("fans", Self.listSlots)) { third in
                        try await body(second, third)
                        return first.errorText + second.errorText + third.errorText
                    }
                }
            }
        }

        /// Waits for the end of a crawl, in which every user is found and no task fails.
        ///
        /// - Returns: What the site says.
        private func finish(_ site: PracticeSite, _ stage: Stage) async throws -> JSONValue {
            let crawl = try await stage.json("crawl", "status", site.url, "--timeout", "240")
            #expect(crawl["done"] == true)
            #expect(crawl["profiles"]?["found"] == .integer(Int64(Self.users)))
            #expect(crawl["profiles"]?["failed"] == 0)
            #expect(crawl["lists"]?["failed"] == 0)
            return try await site.statistics()
        }

        @Test func `Every page is fetched, none twice, and unreadable ones are named`() async throws {
            let stage = try Stage.require()
            try await PracticeSite.with(stage, ["--users", "\(Self.users)", "--seed", "1"]) { site in
                var broken: [String] = []
                let logs = try await self.withWorkers(stage) { _, _ in
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    let statistics = try await self.finish(site, stage)
                    #expect(statistics["served"]?["pages"] == statistics["expected"]?["pages"])
                    #expect(statistics["served"]?["mostTimes"] == 1)
                    broken = statistics["brokenPages"]?.arrayValue?.compactMap(\.stringValue) ?? []
                    // Whoever starts it again fetches nothing again.
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    let again = try await self.finish(site, stage)
                    #expect(again["served"]?["answers"] == statistics["served"]?["answers"])
                }
                #expect(!broken.isEmpty)
                for page in broken { #expect(logs.contains("\(site.url)\(page)"), "\(page)") }
            }
        }

        /// No profile is fetched twice, and no list is lost.
        ///
        /// Nobody can tell whether the site had answered a worker that died. So a profile that it was fetching is left out and named in a
        /// log, while a list is fetched again, because the users behind it would be lost. What is promised is therefore: at most as many
        /// profiles are missing as the killed worker fetched at once, and at most as many lists are served twice.
        @Test func `With workers killed in the middle, no profile is fetched twice and no list is lost`() async throws {
            let stage = try Stage.require()
            // Sessions are short enough to end during the crawl.
            let options = ["--users", "\(Self.users)", "--seed", "2", "--session-lifetime", "8"]
            try await PracticeSite.with(stage, options) { site in
                var statistics: JSONValue = .null
                var again = ""
                let before = try await self.withWorkers(stage) { users, lists in
                    #expect(try await stage.taskctl("crawl", "start", site.url).exitStatus == 0)
                    for victim in [users, lists] {
                        let before = try await site.pages()
                        try await eventually("some hundred pages more are fetched", timeout: .seconds(120)) {
                            try await site.pages() > before + 500
                        }
                        victim.send(9)
                        #expect(try await victim.exitStatus() == 128 + 9)
                    }
                    again = try await self.withWorkers(stage, suffix: "-again") { _, _ in
                        statistics = try await self.finish(site, stage)
                    }
                }
                let logs = before + again
                let served = try #require(statistics["served"])
                let leftOut = logs.split(separator: "\n").filter { $0.contains("page is left out") }
                #expect(leftOut.count <= Self.userSlots)
                let pages = try #require(served["pages"]?.integerValue)
                let expected = try #require(statistics["expected"]?["pages"]?.integerValue)
                #expect(pages + Int64(leftOut.count) >= expected)
                #expect(statistics["served"]?["fans"] == statistics["expected"]?["fans"])

                let repeated = try #require(statistics["repeatedPages"]?.objectValue)
                #expect(repeated.count <= Self.listSlots)
                #expect(repeated.allSatisfy { $0.key.contains("/fans") && $0.value == 2 }, "\(repeated)")
                #expect(try #require(statistics["logins"]?.integerValue) > 1)
            }
            for queue in try await stage.app.inspector.queues().queues where queue.name != "login" {
                #expect(queue.waiting + queue.inFlight + queue.delayed + queue.parked + queue.dead == 0, "\(queue)")
            }
        }
    }
}
