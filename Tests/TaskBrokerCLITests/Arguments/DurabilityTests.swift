import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct DurabilityTests {
    @Test(
        arguments: [
            ("sent", .sent), ("acknowledged", .acknowledged), ("replicated", .replicated(1, timeout: .seconds(1))),
            ("replicated:2", .replicated(2, timeout: .seconds(1))),
            ("replicated:3:250ms", .replicated(3, timeout: .milliseconds(250))),
        ] as [(String, PublishDurability)]
    )
    func `levels are read`(text: String, expected: PublishDurability) {
        #expect(Durability(argument: text)?.value == expected)
    }

    @Test(
        arguments: [
            "", "safe", "sent:1", "replicated:", "replicated:0", "replicated:-1", "replicated:x", "replicated:1:",
            "replicated:1:0s", "replicated:1:2h", "replicated:1:1s:2", "replicated:99999999999999999999",
        ]
    )
    func `other texts are refused`(text: String) {
        #expect(Durability(argument: text) == nil)
    }
}
