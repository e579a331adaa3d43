import NIOCore
import RedisClient
import Testing

@Suite struct RESPReaderTests {
    static let examples: [(wire: String, values: [RESPValue])] = [
        ("+OK\r\n", [.status("OK")]),
        ("+\r\n", [.status("")]),
        ("-WRONGTYPE no\r\n", [.error("WRONGTYPE no")]),
        (":0\r\n:-1\r\n", [.integer(0), .integer(-1)]),
        (":9223372036854775807\r\n", [.integer(.max)]),
        ("$0\r\n\r\n", [.bulkString([])]),
        ("$4\r\na\r\nb\r\n", [.bulkString(Array("a\r\nb".utf8))]),
        ("$-1\r\n*-1\r\n", [.null, .null]),
        ("*0\r\n", [.array([])]),
        ("*2\r\n*1\r\n:1\r\n$1\r\nx\r\n", [.array([.array([.integer(1)]), .bulkString([0x78])])]),
        ("*2\r\n+a\r\n-ERR b\r\n+c\r\n", [.array([.status("a"), .error("ERR b")]), .status("c")]),
    ]

    @Test(arguments: Self.examples) func `reads whole input`(wire: String, values: [RESPValue]) throws {
        #expect(try replies(in: Array(wire.utf8), piece: .max) == values)
    }

    @Test(arguments: Self.examples) func `reads byte by byte`(wire: String, values: [RESPValue]) throws {
        #expect(try replies(in: Array(wire.utf8), piece: 1) == values)
    }

    @Test(arguments: Self.examples) func `agrees with the slow parser`(wire: String, values: [RESPValue]) throws {
        #expect(SlowRESPParser.replies(in: Array(wire.utf8)) == values)
    }

    @Test(arguments: [
        "?\r\n", "HTTP/1.1 400 Bad Request\r\n", ":a\r\n", "$x\r\n", "*x\r\n", "*99999999999\r\n", "*4194305\r\n",
        "$-2\r\n", "$99999999999999999999\r\n", String(repeating: "*1\r\n", count: 9),
    ]) func `refuses what is not RESP2`(wire: String) {
        #expect(throws: RESPError.self) { try replies(in: Array(wire.utf8), piece: .max) }
    }

    @Test func `stays refused`() throws {
        let reader = RESPReader()
        try reader.feed(ByteBuffer(string: "?\r\n").readableBytesSpan)
        #expect(throws: RESPError.self) { try next(reader) }
        #expect(throws: RESPError.self) { try next(reader) }
    }

    @Test func `reads random replies as the slow parser does, however they are cut`() async throws {
        var random = SplitMix64(seed: 20_261_121)
        for _ in 0..<5_000 {
            // Other tests wait for servers on the same few threads.
            await Task.yield()
            let count = Int.random(in: 1...4, using: &random)
            let values = (0..<count).map { _ in RESPValue.random(depth: 3, using: &random) }
            let wire = values.flatMap { $0.wire }
            let piece = Int.random(in: 1...max(1, wire.count), using: &random)
            #expect(try replies(in: wire, piece: piece) == values)
            #expect(SlowRESPParser.replies(in: wire) == values)
        }
    }

    @Test func `survives mutated input`() async throws {
        var random = SplitMix64(seed: 7)
        var accepted = 0
        for _ in 0..<10_000 {
            await Task.yield()
            var wire = RESPValue.random(depth: 3, using: &random).wire
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: wire.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: wire[index] = UInt8.random(in: 0...255, using: &random)
                case 1: wire.insert(UInt8.random(in: 0x24...0x3A, using: &random), at: index)
                default: wire.removeLast(wire.count - index)
                }
                if wire.isEmpty { wire.append(0x2B) }
            }
            // Either an error or some replies; the same for each way of cutting.
            let whole = try? replies(in: wire, piece: .max)
            let bytewise = try? replies(in: wire, piece: 1)
            #expect(whole == bytewise)
            if whole?.isEmpty == false { accepted += 1 }
        }
        #expect(accepted > 1_000, "the mutations leave enough replies intact for the comparison to mean something")
    }
}

/// All replies in `wire`, fed in pieces.
private func replies(in wire: [UInt8], piece: Int) throws(RESPError) -> [RESPValue] {
    let reader = RESPReader()
    var replies: [RESPValue] = []
    var rest = wire[...]
    while !rest.isEmpty {
        try reader.feed(ByteBuffer(bytes: rest.prefix(piece)).readableBytesSpan)
        rest = rest.dropFirst(piece)
        while let reply = try reader.next() { replies.append(reply) }
    }
    return replies
}

/// `#expect` cannot hold the noncopyable reader itself.
private func next(_ reader: borrowing RESPReader) throws(RESPError) -> RESPValue? {
    try reader.next()
}
