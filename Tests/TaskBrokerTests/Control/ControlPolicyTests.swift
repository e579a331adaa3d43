import CeleryProtocol
import Synchronization
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Who may do what (`reliability.md` X7): every command, however it is signed, under every policy.
struct ControlPolicyTests {
    static let key = makeKey("a secret of the fleet")
    static let otherKey = makeKey("a secret of others")
    static let now: Int64 = 1_795_227_700

    private static func makeKey(_ text: String) -> ControlKey {
        do {
            return try ControlKey(text: text)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST", true), ("::1", true), ("127.0.0.1", true), ("127.255.0.9", true),
        ("127.example.com", false), ("127.0.0.example", false), ("127.0.0", false), ("127.0.0.1.", false),
        ("127.0.0.256", false), ("127.+0.0.1", false), ("10.0.0.1", false), ("redis", false),
    ])
    func `only a broker that is on this machine for sure lets everybody do everything`(host: String, isLoopback: Bool) {
        let address = BrokerAddress(
            transport: "redis",
            host: host,
            port: 6379,
            virtualHost: "0",
            url: "redis://",
            resultsURL: "redis://"
        )
        #expect(address.isLoopback == isLoopback)
    }

    enum Sender: CaseIterable, Sendable {
        case unsigned, stale, early, replayed, wrongKey, altered, signed
    }

    enum Policy: CaseIterable, Sendable {
        case all, inspect, signed

        var policy: ControlPolicy {
            switch self {
            case .all: .all
            case .inspect: .inspect
            case .signed: .signed(with: ControlPolicyTests.key)
            }
        }
    }

    /// What the design calls dangerous.
    static let dangerous: Set<String> = [
        "shutdown", "revoke", "terminate", "revoke_by_stamped_headers", "rate_limit", "time_limit", "pool_grow",
        "pool_shrink", "pool_restart", "autoscale", "add_consumer", "cancel_consumer", "election",
    ]

    private static func request(_ method: String, from sender: Sender) -> ControlRequest {
        let arguments: [String: JSONValue] = ["task_id": "a", "queue": "q", "from_node": "w2@cap"]
        var request = ControlRequest(method, arguments: arguments, destination: ["w1@cap"])
        let key = sender == .wrongKey ? Self.otherKey : Self.key
        let timestamp =
            switch sender {
            case .stale: Self.now - 61
            case .early: Self.now + 61
            default: Self.now
            }
        if sender != .unsigned { request.signature = key.sign(request, at: timestamp) }
        if sender == .altered { request.arguments["n"] = 1 }
        return request
    }

    /// The matrix: what is refused with which words, and what is let through.
    private static func expected(_ method: String, _ sender: Sender, _ policy: Policy) -> String? {
        guard Self.dangerous.contains(method), policy != .all else { return nil }
        if policy == .inspect { return "\(method) is not allowed: this worker can only be inspected" }
        switch sender {
        case .signed: return nil
        case .unsigned: return "\(method) needs a signed request"
        case .stale, .early:
            return "the signature is not of the last 60 seconds: it is an old one, or a clock is wrong"
        case .replayed: return "the signature was used before"
        case .wrongKey, .altered: return "the signature is wrong"
        }
    }

    @Test(arguments: ControlCommand.builtIn.keys.sorted(), Sender.allCases)
    func `lets through what the policy allows`(method: String, sender: Sender) throws {
        let command = try #require(ControlCommand.builtIn[method])
        for policy in Policy.allCases {
            let gate = ControlGate(policy.policy) { Timestamp(microseconds: Self.now * 1_000_000) }
            let request = Self.request(method, from: sender)
            var refusal: String?
            var isTrusted = false
            do throws(ControlError) {
                if sender == .replayed { _ = try? gate.admit(request, for: command) }
                isTrusted = try gate.admit(request, for: command)
            } catch {
                refusal = error.message
                #expect(error.type == "PermissionError")
            }
            #expect(refusal == Self.expected(method, sender, policy), "\(policy)")
            let mayDoAnything = refusal == nil && (policy == .all || policy == .signed && sender == .signed)
            #expect(isTrusted == mayDoAnything, "\(policy)")
        }
    }

    @Test func `a signature counts once, also when others come in between, until it is too old`() throws {
        let time = Mutex(Self.now)
        let gate = ControlGate(.signed(with: Self.key)) {
            Timestamp(microseconds: time.withLock { $0 } * 1_000_000)
        }
        let command = try #require(ControlCommand.builtIn["shutdown"])
        let first = Self.request("shutdown", from: .signed)
        #expect(try gate.admit(first, for: command))
        #expect(try gate.admit(Self.request("shutdown", from: .signed), for: command))
        for age in 0...62 {
            time.withLock { $0 = Self.now + Int64(age) }
            #expect(throws: ControlError.self) { try gate.admit(first, for: command) }
        }
    }

    @Test func `more signatures than it can remember are refused, until time makes room`() {
        var memory = NonceMemory()
        for number in 0..<10_000 { #expect(memory.admit("n\(number)", from: 100, now: 100) == nil) }
        #expect(memory.admit("one more", from: 100, now: 100)?.message == "too many signed requests")
        #expect(memory.admit("n5", from: 100, now: 160)?.message == "too many signed requests")
        #expect(memory.admit("later", from: 161, now: 161) == nil)
    }

    /// Otherwise a shutdown that was overheard would end the worker's successor as well.
    @Test func `what was signed before a worker started is not for it`() {
        var memory = NonceMemory(from: 100)
        #expect(memory.admit("n", from: 99, now: 101)?.message == "the signature is older than this worker")
        #expect(memory.admit("n", from: 100, now: 101) == nil)
    }

    @Test(arguments: [Int64.min, .max, 0])
    func `times far away are refused without trouble`(timestamp: Int64) {
        var memory = NonceMemory()
        #expect(memory.admit("n", from: timestamp, now: Self.now) != nil)
        #expect(memory.admit("n", from: Self.now, now: timestamp) != nil)
    }

    @Test func `strangers can greet, and change nothing by it`() async throws {
        let hello = ControlRequest("hello", arguments: ["from_node": "w2@cap", "revoked": ["a"]])
        for policy in Policy.allCases {
            let worker = FakeWorker()
            let server = ControlServer(
                app: .inMemory(),
                worker: worker,
                policy: policy.policy,
                logger: ControlCommandTests.logger
            )
            try #expect(#require(await server.answer(to: hello))["revoked"] == [])
            #expect(await worker.revokedTasks(includingMerged: true) == (policy == .all ? ["a"] : []), "\(policy)")
        }
    }

    @Test func `what is not allowed is answered, and not done`() async {
        let worker = FakeWorker()
        let server = ControlServer(
            app: .inMemory(),
            worker: worker,
            policy: .inspect,
            logger: ControlCommandTests.logger
        )
        let answer = await server.answer(to: ControlRequest("shutdown"))
        #expect(
            answer == [
                "error": "PermissionError('shutdown is not allowed: this worker can only be inspected')"
            ]
        )
        #expect(worker.log.isEmpty)
    }

    @Test func `a worker that was told nothing trusts this machine only`() throws {
        func standard(_ host: String, port: Int = 6379, key: ControlKey? = nil) -> String {
            let address = BrokerAddress(
                transport: "redis",
                host: host,
                port: port,
                virtualHost: "0",
                url: "",
                resultsURL: ""
            )
            return ControlPolicy.standard(for: address, key: key).description
        }
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1"] { #expect(standard(host) == "all") }
        #expect(standard("/run/redis.sock", port: 0) == "all")
        for host in ["redis", "10.0.0.1", "0.0.0.0", "::", "localhost.example.com"] {
            #expect(standard(host) == "inspect")
            #expect(standard(host, key: Self.key) == "signed")
        }
        #expect(standard("localhost", key: Self.key) == "signed")
    }

    @Test func `keys are long enough and never printed`() throws {
        #expect(throws: TaskBrokerError.self) { try ControlKey(text: " 123456789012345\n") }
        let key = try ControlKey(text: " 1234567890123456\n")
        let request = ControlRequest("ping")
        let signature = key.sign(request, at: 1, nonce: "n")
        #expect(try ControlKey(text: "1234567890123456").isValid(signature, of: request))
        #expect("\(key) \(String(reflecting: key))" == "ControlKey(***) ControlKey(***)")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("Symmetric"))
    }

    /// Computed with Python: `hmac.new(b"1234567890123456", json.dumps(body, sort_keys=True).encode(), "sha256")`.
    @Test func `signs as Python would`() throws {
        let key = try ControlKey(text: "1234567890123456")
        let request = ControlRequest(
            "rate_limit",
            arguments: ["task_name": "é", "rate_limit": 1.5],
            destination: ["a@b"]
        )
        let hmac = "4e7d6be5caa68e905d48ef180f40a934e85a53ee980139b281d863943d9754b9"
        #expect(key.sign(request, at: 17, nonce: "n").hmac == hmac)
    }
}
