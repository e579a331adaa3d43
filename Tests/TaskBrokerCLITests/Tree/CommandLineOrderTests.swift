import Testing

@testable import TaskBrokerCLI

struct CommandLineOrderTests {
    private let order = CommandLineOrder(RootCommand.self)

    @Test(arguments: [
        (["send", "t", "-q"], ["send", "t", "-q"]),
        (["-b", "redis://h", "send", "t"], ["send", "-b", "redis://h", "t"]),
        (["--broker=redis://h", "-q", "queue", "ls"], ["queue", "ls", "--broker=redis://h", "-q"]),
        (["-A", "app", "worker", "-l", "info"], ["worker", "-A", "app", "-l", "info"]),
        (["dlq", "ls"], ["dlq", "ls"]),
        (["--help"], ["--help"]),
        (["help", "send"], ["help", "send"]),
        (["queue", "--help"], ["queue", "--help"]),
        ([], []),
        (["-b"], ["-b"]),
    ])
    func `moves leading options behind the command`(words: [String], expected: [String]) throws {
        #expect(try self.order.arranged(words) == expected)
    }

    @Test(arguments: [
        (["wroker"], "Did you mean 'worker'?"),
        (["queue", "pek"], "Did you mean 'queue peek'?"),
        (["-q", "sned", "x"], "Did you mean 'send'?"),
        (["frobnicate"], "There are: send, call, result"),
    ])
    func `suggests commands`(words: [String], expected: String) {
        #expect { try self.order.arranged(words) } throws: { error in
            guard let error = error as? CommandError else { return false }
            return error.status == .usage && error.advice?.contains(expected) == true
        }
    }
}
