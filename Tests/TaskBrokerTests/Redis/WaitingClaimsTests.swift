import Testing

@testable import TaskBroker

struct WaitingClaimsTests {
    private static let domains = [ClaimDomain(queue: "a", step: 0), ClaimDomain(queue: "b", step: 9)]

    private static func entry(_ number: Int, in domain: Int = 0) -> WaitingClaims.Entry {
        WaitingClaims.Entry(domain: self.domains[domain], batch: ClaimBatch(waitingWithNonce: "n", number: number))
    }

    private static func names(_ entries: [WaitingClaims.Entry]) -> [String] { entries.map(\.batch.name) }

    @Test func `What was answered loses its entry once, in its own list`() {
        var claims = WaitingClaims()
        claims.begin(Self.entry(1))
        #expect(claims.current?.batch.name == "n:w1")
        claims.ask()
        claims.end()
        #expect(claims.current == nil && claims.doubtful.isEmpty)
        let answered = [1, 0, 0].map { claims.takeAnswered(of: Self.domains[$0])?.batch.name }
        #expect(answered == [nil, "n:w1", nil])
    }

    @Test func `What could not be seen to is seen to later`() {
        var claims = WaitingClaims()
        for number in 1...2 {
            claims.begin(Self.entry(number))
            claims.ask()
            claims.end()
        }
        if let first = claims.takeAnswered(of: Self.domains[0]) { claims.putBack(answered: first) }
        #expect(Set(Self.names(claims.answered)) == ["n:w1", "n:w2"])
    }

    @Test func `What was given up without an answer is in doubt until it was seen to`() {
        var claims = WaitingClaims()
        for (number, domain) in [(1, 0), (2, 1)] {
            claims.begin(Self.entry(number, in: domain))
            claims.ask()
            claims.giveUp()
        }
        #expect(claims.current == nil && claims.answered.isEmpty)
        #expect(Self.names(claims.doubtful) == ["n:w1", "n:w2"])
        claims.forget(doubtful: Self.entry(1))
        #expect(Self.names(claims.doubtful) == ["n:w2"])
        claims.giveUp()
        #expect(Self.names(claims.doubtful) == ["n:w2"] && claims.answered.isEmpty)
    }

    @Test func `What was never asked for cannot be filled`() {
        var claims = WaitingClaims()
        claims.begin(Self.entry(1))
        claims.giveUp()
        #expect(claims.doubtful.isEmpty && Self.names(claims.answered) == ["n:w1"])
        // The question before says nothing about the next batch.
        claims.begin(Self.entry(2))
        claims.ask()
        claims.end()
        claims.begin(Self.entry(3))
        claims.giveUp()
        #expect(claims.doubtful.isEmpty && Self.names(claims.answered) == ["n:w1", "n:w2", "n:w3"])
    }

    @Test func `An end without a beginning is none`() {
        var claims = WaitingClaims()
        claims.end()
        claims.giveUp()
        #expect(claims.answered.isEmpty && claims.doubtful.isEmpty)
    }
}

// MARK: - Names

extension WaitingClaimsTests {
    @Test func `A batch that is waited with has a name of its own`() {
        let waiting = ClaimBatch(waitingWithNonce: "0f", number: 7)
        #expect(waiting.name == "0f:w7")
        #expect(waiting != ClaimBatch(nonce: "0f", number: 7))
        #expect(waiting.claimID(at: 0) == "0f:w7:1")
        #expect(ClaimBatch.place(ofClaim: "0f:w7:1") == ("0f:w7", 1))
        #expect(ClaimBatch.name(ofClaim: "0f:w7:1") == "0f:w7")
    }

    @Test(arguments: ["login", "a{b}c", "a}b", "{}x", "a:b", "n:w1", "a:infl"])
    func `Its key tells its name and its list`(list: String) throws {
        let infl = RedisKeys.companion(.infl, of: list)
        for batch in [ClaimBatch(waitingWithNonce: "0f", number: 12), ClaimBatch(nonce: "0f", number: 12)] {
            let found = try #require(RedisKeys.batch(ofKey: RedisKeys.batch(batch.name, infl: infl)))
            #expect(found == (batch.name, list))
        }
        #expect(RedisKeys.kind(of: "\(infl):0f:w12") == .batch(name: "0f:w12", list: list))
    }

    @Test(arguments: ["w", "ww1", "w1w", "w-1", "w 1", "W1", "w1:1", "1w", "v1"])
    func `Other names are no batches`(name: String) {
        #expect(RedisKeys.batch(ofKey: "{a}:tb:a:infl:n:\(name)") == nil)
    }

    @Test func `The entries lie beside the list`() {
        #expect(ClaimDomain(queue: "a", step: 0).wait == "{a}:tb:a:wait")
        #expect(RedisKeys.list(ofCompanion: "{a}:tb:a:wait") == "a")
    }
}

// MARK: - Where to wait

extension WaitingClaimsTests {
    @Test func `It waits where the last message was, if that is open`() {
        var state = ConsumerState(ConsumerLayout(["a", "b"]))
        let domains = state.layout.domains
        #expect(state.placeToWait == domains[0])
        state.waiting.setPlace(domains[3])
        #expect(state.placeToWait == domains[3])
        state.block([domains[3], domains[0]])
        #expect(state.placeToWait == domains[1])
        state.block(domains)
        #expect(state.placeToWait == nil)
        let isOtherwise = state.setBlocked([])
        #expect(isOtherwise)
        #expect(state.placeToWait == domains[3])
        state.setLayout(ConsumerLayout(["c"]))
        #expect(state.placeToWait == ClaimDomain(queue: "c", step: 0))
    }

    @Test func `What others wait with is looked at once a lease`() {
        var state = ConsumerState(ConsumerLayout(["a"]))
        let now = ContinuousClock.now
        let results = [0, 1, 29, 30, 31, 60].map {
            state.isSweepDue(at: now + .seconds($0), every: .seconds(30))
        }
        #expect(results == [true, false, false, true, false, true])
    }

    @Test func `No number is used twice`() {
        var state = ConsumerState(ConsumerLayout(["a"]))
        #expect([1, 4, 1].map { state.reserveBatches($0) } == [0, 1, 5])
    }
}
