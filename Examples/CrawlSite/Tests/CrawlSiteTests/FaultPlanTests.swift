import CrawlSite
import Testing

struct FaultPlanTests {
    @Test func `faults are as frequent as told and always on the same pages`() throws {
        let graph = try SocialGraph(seed: 1, users: 20_000)
        let plan = try FaultPlan(graph: graph, configuration: FaultPlan.Configuration())
        let again = try FaultPlan(graph: graph, configuration: FaultPlan.Configuration())
        let pages = (1...20_000).map { Page.profile(user: $0) }

        #expect(pages.map(plan.isBroken) == pages.map(again.isBroken))
        #expect(pages.map(plan.refusals) == pages.map(again.refusals))
        #expect((60...140).contains(pages.count(where: plan.isBroken)))
        let refusals = pages.map(plan.refusals)
        #expect((140...260).contains(refusals.count { $0.contains(.serverError) }))
        #expect((60...140).contains(refusals.count { $0.contains(.tooManyRequests(retryAfter: 0)) }))
        #expect((60...140).contains(refusals.count { $0.contains(.tooManyRequests(retryAfter: 1)) }))
    }

    @Test func `a page refuses in a fixed order, as often as told`() throws {
        let graph = try SocialGraph(seed: 1, users: 10)
        let everything = FaultPlan.Configuration(broken: 1, failing: 1, failures: 3, limited: 1)
        let plan = try FaultPlan(graph: graph, configuration: everything)
        let refusals = plan.refusals(of: .profile(user: 1))
        #expect(refusals.count == 4)
        #expect(refusals.dropFirst() == [.serverError, .serverError, .serverError])
    }

    @Test func `essential pages are never broken`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let plan = try FaultPlan(graph: graph, configuration: FaultPlan.Configuration(broken: 1))
        #expect(plan.isBroken(.profile(user: 1)))
        #expect(!plan.isBroken(.fans(user: 1, number: 14)))
        #expect(!plan.isBroken(.fans(user: 4, number: 1)))
        #expect(plan.isBroken(.fans(user: 4, number: 2)))
        #expect(plan.isBroken(.fans(user: 2_000, number: 1)))
    }

    @Test func `nothing goes wrong when told so`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let nothing = FaultPlan.Configuration(broken: 0, failing: 0, failures: 1, limited: 0)
        let plan = try FaultPlan(graph: graph, configuration: nothing)
        for user in 1...2_000 {
            #expect(!plan.isBroken(.profile(user: user)))
            #expect(plan.refusals(of: .profile(user: user)).isEmpty)
        }
        #expect(SiteCensus(graph: graph, faults: plan).broken == 0)
    }

    @Test(arguments: [
        FaultPlan.Configuration(broken: -0.1), .init(broken: 1.1), .init(failing: .nan), .init(limited: .infinity),
        .init(failures: -1), .init(failures: 101),
    ])
    func `refuses what is no fraction and no count`(configuration: FaultPlan.Configuration) throws {
        let graph = try SocialGraph(seed: 1, users: 10)
        let error = #expect(throws: CrawlSiteError.self) {
            try FaultPlan(graph: graph, configuration: configuration)
        }
        #expect(error?.code == .invalidConfiguration)
    }
}
