import Testing

@testable import TaskBroker

struct NodeNameTests {
    @Test(arguments: [
        ("celery@%h", "web.example.com", "celery@web.example.com"),
        ("%n@%h", "web.example.com", "web@web.example.com"),
        ("w1@%d", "web.example.com", "w1@example.com"),
        ("w1@%d", "web", "w1@"),
        ("worker", "web", "worker@web"),
        ("100%%@%n", "web.example.com", "100%@web"),
        ("a%x@b%", "web", "a%x@b%"),
        ("@", "web", "@"),
        ("%h", "", "@"),
    ])
    func `placeholders`(name: String, host: String, expected: String) {
        #expect(WorkerConfiguration(name: name).nodeName(host: host) == expected)
    }

    @Test func `Settings out of range are brought into it`() {
        let configuration = WorkerConfiguration(concurrency: 0, prefetch: -1, lease: .zero, maxDeliveries: -5)
        #expect(configuration.concurrency == 1)
        #expect(configuration.prefetch == 0)
        #expect(configuration.lease == .milliseconds(100))
        #expect(configuration.maxDeliveries == 1)
    }
}
