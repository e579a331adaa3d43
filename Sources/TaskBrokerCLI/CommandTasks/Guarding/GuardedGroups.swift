/// The process groups that a guardian knows of: lines `+123` and `-123`, in pieces of any size.
struct GuardedGroups: Sendable {
    private(set) var alive: Set<Int32> = []
    private var rest: [UInt8] = []
}

extension GuardedGroups {
    mutating func read(_ bytes: [UInt8]) {
        var lines = (self.rest + bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        self.rest = lines.popLast().map(Array.init) ?? []
        for line in lines { self.read(line: line) }
    }

    private mutating func read(line: ArraySlice<UInt8>) {
        // 0 and 1 are no groups of commands: to kill them would be to kill ourselves, or everybody.
        guard let group = Int32(String(decoding: line.dropFirst(), as: UTF8.self)), group > 1 else { return }
        switch line.first {
        case UInt8(ascii: "+"): self.alive.insert(group)
        case UInt8(ascii: "-"): self.alive.remove(group)
        default: break
        }
    }
}
