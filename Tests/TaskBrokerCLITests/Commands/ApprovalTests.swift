import Testing

@testable import TaskBrokerCLI

struct ApprovalTests {
    @Test(arguments: [
        ("y", Approval.Proof.yes, true), ("YES", .yes, true), ("", .yes, false), ("n", .yes, false),
        ("mail", .name("mail"), true), ("y", .name("mail"), false), ("Mail", .name("mail"), false),
        ("", .name("mail"), false),
    ])
    func `only the right answer counts`(answer: String, proof: Approval.Proof, expected: Bool) {
        #expect(Approval.isAccepted(answer, for: proof) == expected)
    }
}
