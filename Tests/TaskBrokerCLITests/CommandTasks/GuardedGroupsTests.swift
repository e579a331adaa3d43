import Testing

@testable import TaskBrokerCLI

struct GuardedGroupsTests {
    private static let lines = Array("+12\n+345\n-12\n+6\n\nnonsense\n+0\n+1\n+-7\n+99999999999\n*8\n".utf8)

    @Test(arguments: 1...20)
    func `groups come in pieces of any size`(size: Int) {
        var groups = GuardedGroups()
        for start in stride(from: 0, to: Self.lines.count, by: size) {
            groups.read(Array(Self.lines[start..<min(start + size, Self.lines.count)]))
        }
        #expect(groups.alive == [345, 6])
    }

    @Test func `a line that is not complete does not count`() {
        var groups = GuardedGroups()
        groups.read(Array("+12\n+34".utf8))
        #expect(groups.alive == [12])
    }
}
