import CeleryProtocol
import Testing

struct NameTests {
    @Test(arguments: [
        "celery", "a", "{login}:tb", "*", "../x", "näme", "名前", "a b", "a\"b'", String(repeating: "x", count: 255),
        String(repeating: "é", count: 127),
    ])
    func `accepts names`(name: String) {
        #expect(throws: Never.self) {
            try NameRules.validate(queue: name)
            try NameRules.validate(task: name)
            try NameRules.validate(id: name)
            try NameRules.validate(worker: name)
        }
    }

    @Test(arguments: [
        "", "a\u{6}\u{16}3", "a\n", "\0", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{9F}", String(repeating: "x", count: 256),
        String(repeating: "é", count: 128),
    ])
    func `refuses names`(name: String) {
        let error = #expect(throws: MessageError.self) { try NameRules.validate(queue: name) }
        #expect(error?.code == .invalidName)
        #expect(error?.message.hasPrefix("The queue name ") == true)
    }

    @Test func `makes UUIDs of version 4`() throws {
        var seen: Set<String> = []
        let pattern = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        var generator = BufferedRandomNumberGenerator()
        for _ in 0..<1000 {
            for id in [Identifier.uuid4(), Identifier.uuid4(using: &generator)] {
                #expect(id.wholeMatch(of: pattern) != nil)
                #expect(seen.insert(id).inserted)
            }
        }
    }

    @Test func `writes the bits of a UUID in order`() {
        struct Recorded: RandomNumberGenerator {
            var words: [UInt64] = [0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210]
            mutating func next() -> UInt64 { self.words.removeFirst() }
        }
        var generator = Recorded()
        #expect(Identifier.uuid4(using: &generator) == "01234567-89ab-4def-bedc-ba9876543210")
    }

    @Test func `draws every random number once`() {
        var generator = BufferedRandomNumberGenerator()
        #expect(Set((0..<1000).map { _ in generator.next() }).count == 1000)
    }
}
