import CrawlSite
import CrawlSiteServer
import Testing

/// The site over real sockets.
@Suite(.timeLimit(.minutes(5)))
struct CrawlSiteServerTests {
    @Test func `a login's cookie opens pages`() async throws {
        try await withServer { address in
            try await BrowserConnection.open(to: address) { connection in
                #expect(try await connection.get("/user/1").status == 401)
                let cookie = try await connection.logIn()
                let profile = try await connection.get("/user/1", cookie: cookie)
                #expect(profile.status == 200)
                #expect(profile.headers["content-type"] == "text/html; charset=utf-8")
                #expect(profile.body == (try renderedPage(.profile(user: 1))))
                let fans = try await connection.get("/user/1/fans?page=2", cookie: cookie)
                #expect(fans.body == (try renderedPage(.fans(user: 1, number: 2))))
                #expect(try await connection.get("/user/101", cookie: cookie).status == 404)
            }
        }
    }

    @Test(arguments: ["user=crawler&password=wrong", "", String(repeating: "x", count: 4_096)])
    func `a wrong login is refused`(form: String) async throws {
        try await withServer { address in
            try await BrowserConnection.open(to: address) { connection in
                let answer = try await connection.post("/login", form: form)
                #expect(answer.status == 401)
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Cookie ") == true)
                #expect(answer.headers["set-cookie"] == nil)
            }
        }
    }

    @Test func `a form that is too large is refused, and the connection goes on`() async throws {
        try await withServer { address in
            try await BrowserConnection.open(to: address) { connection in
                let form = String(repeating: "x", count: 4_097)
                let refused = try await connection.post("/login", form: form)
                #expect(refused.status == 413)
                #expect(try await connection.get("/").status == 200)
            }
        }
    }

    @Test func `a session expires`() async throws {
        var configuration = SiteConfiguration.faultless
        configuration.sessionLifetime = .milliseconds(50)
        try await withServer(configuration) { address in
            try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                while try await connection.get("/user/1", cookie: cookie).status == 200 {
                    // Asks until the answer changes; the suite's time limit is the end if it does not.
                }
                #expect(try await connection.get("/user/1", cookie: cookie).status == 401)
                let next = try await connection.logIn()
                #expect(next != cookie)
            }
        }
    }

    @Test func `pages that refuse do so once, and say when to come back`() async throws {
        var configuration = SiteConfiguration.faultless
        configuration.faults = FaultPlan.Configuration(broken: 0, failing: 1, failures: 1, limited: 1)
        try await withServer(configuration) { address in
            try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                let limited = try await connection.get("/user/1", cookie: cookie)
                #expect(limited.status == 429)
                #expect(["0", "1"].contains(limited.headers["retry-after"]))
                #expect(try await connection.get("/user/1", cookie: cookie).status == 500)
                #expect(try await connection.get("/user/1", cookie: cookie).status == 200)
            }
        }
    }

    @Test func `a client that is too fast is told to wait, on whatever connection`() async throws {
        var configuration = SiteConfiguration.faultless
        configuration.rate = 0.001
        try await withServer(configuration) { address in
            let cookie = try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                #expect(try await connection.get("/user/1", cookie: cookie).status == 200)
                return cookie
            }
            try await BrowserConnection.open(to: address) { connection in
                let answer = try await connection.get("/user/2", cookie: cookie)
                #expect(answer.status == 429)
                #expect(answer.headers["retry-after"].flatMap { Int($0) }.map { (990...1_000).contains($0) } == true)
            }
        }
    }

    @Test func `a broken page is answered with 200`() async throws {
        var configuration = SiteConfiguration.faultless
        configuration.faults.broken = 1
        try await withServer(configuration) { address in
            try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                let answer = try await connection.get("/user/1", cookie: cookie)
                #expect(answer.status == 200)
                #expect(!answer.body.contains("</main>"))
                #expect(answer.body == (try renderedPage(.profile(user: 1), isBroken: true)))
            }
        }
    }

    @Test func `the record tells what was served, and can be reset`() async throws {
        try await withServer { address in
            try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                for _ in 0..<2 {
                    _ = try await connection.get("/user/7/fans", cookie: cookie)
                }
                let statistics = try await connection.get("/stats")
                #expect(statistics.headers["content-type"] == "application/json")
                #expect(statistics.body.contains("\"mostTimes\": 2"))
                #expect(statistics.body.contains("\"/user/7/fans?page=1\": 2"))
                #expect(try await connection.get("/stats/pages").body == "{\n  \"/user/7/fans?page=1\": 2\n}\n")

                let reset = try await connection.post("/reset")
                #expect(reset.status == 204)
                #expect(reset.body.isEmpty)
                #expect(try await connection.get("/stats/pages").body == "{}\n")
            }
        }
    }

    @Test func `answers wait for the latency`() async throws {
        try await withServer(latency: .milliseconds(30)) { address in
            try await BrowserConnection.open(to: address) { connection in
                let clock = ContinuousClock()
                let elapsed = try await clock.measure { _ = try await connection.get("/") }
                #expect(elapsed >= .milliseconds(30))
            }
        }
    }

    @Test func `a kept-alive connection is not held up by delayed acknowledgements`() async throws {
        try await withServer { address in
            try await BrowserConnection.open(to: address) { connection in
                let cookie = try await connection.logIn()
                var fastest = Duration.seconds(60)
                for user in 1...50 {
                    let elapsed = try await ContinuousClock().measure {
                        _ = try await connection.get("/user/\(user)", cookie: cookie)
                    }
                    // The first answers of a connection are acknowledged at once.
                    fastest = user > 30 ? min(fastest, elapsed) : fastest
                }
                #expect(fastest < .milliseconds(30))
            }
        }
    }

    @Test func `many connections are served at a time, each page counted once`() async throws {
        try await withServer { address in
            let cookie = try await BrowserConnection.open(to: address) { try await $0.logIn() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<10 {
                    group.addTask {
                        try await BrowserConnection.open(to: address) { connection in
                            for user in worker * 10 + 1...worker * 10 + 10 {
                                let answer = try await connection.get("/user/\(user)", cookie: cookie)
                                #expect(answer.status == 200)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let statistics = try await BrowserConnection.open(to: address) { try await $0.get("/stats") }
            #expect(statistics.body.contains("\"profiles\": 100,\n    \"fans\": 0,"))
            #expect(statistics.body.contains("\"mostTimes\": 1"))
        }
    }
}

/// What the server must send.
private func renderedPage(_ page: Page, isBroken: Bool = false) throws -> String {
    PageRenderer(graph: try SocialGraph(seed: 1, users: 100)).html(of: page, isBroken: isBroken)
}
