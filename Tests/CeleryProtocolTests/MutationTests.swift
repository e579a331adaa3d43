import CeleryProtocol
import Testing

/// Recorded messages with random damage: whatever comes out, nothing traps and nothing takes long.
struct MutationTests {
    /// Mutations a seed.
    ///
    /// Four seeds give more than 100,000 in a debug build.
    static let rounds = 26_000

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `survives damaged messages`(seed: UInt64) throws {
        let vectors = try Vectors()
        let originals = try vectors.names(prefix: "message-").flatMap { try vectors.records(in: $0) }.map(\.raw)
            .filter { $0.count < 4000 }
        var generator = SplitMix64(seed: seed)
        var accepted = 0
        for round in 0..<Self.rounds {
            var raw = originals[Int.random(in: 0..<originals.count, using: &generator)]
            self.damage(&raw, using: &generator)
            guard let envelope = try? Envelope(decoding: raw) else { continue }
            accepted += 1
            guard let body = try? envelope.decodeBody() else { continue }
            if round.isMultiple(of: 16) {
                let message = TaskMessage(
                    headers: envelope.headers,
                    properties: envelope.properties,
                    args: body.args,
                    kwargs: body.kwargs,
                    embed: body.embed
                )
                #expect(throws: Never.self) { try Envelope(decoding: message.encoded()).decodeBody() }
                let retry = try Envelope.retry(of: raw, retries: 1, eta: nil, deliveryTag: "d")
                #expect(try Envelope(decoding: retry).headers.id == envelope.headers.id)
            }
        }
        #expect(accepted > Self.rounds / 20)
    }

    @Test func `survives damaged results`() throws {
        let vectors = try Vectors()
        let originals = try vectors.names(prefix: "result-").flatMap { try vectors.records(in: $0) }.map(\.raw)
        var generator = SplitMix64(seed: 5)
        for _ in 0..<5_000 {
            var raw = originals[Int.random(in: 0..<originals.count, using: &generator)]
            self.damage(&raw, using: &generator)
            if let result = try? ResultDocument(decoding: raw) {
                _ = result.exception?.pythonRepr
                #expect(throws: Never.self) { try ResultDocument(decoding: result.encoded()) }
            }
        }
    }

    /// Pieces that mean something to a parser.
    private static let fragments = [
        "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "true", "NaN", "-Infinity", "1e999", "-",
        "99999999999999999999",
        "\\u0000", "\\ud800", "\u{0}", "\u{FFFD}", "\"id\": ", "\"task\": ", "\"headers\": {", "[[[[[[[[", "=", " ",
    ].map { Array($0.utf8) }

    private func damage(_ raw: inout [UInt8], using generator: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !raw.isEmpty {
            let index = Int.random(in: 0..<raw.count, using: &generator)
            let end = min(raw.count, index + Int.random(in: 1...16, using: &generator))
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: raw[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: raw[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: raw.removeSubrange(index..<end)
            case 3: raw.insert(contentsOf: raw[index..<end], at: index)
            case 4: raw.removeSubrange(index...)
            case 5: raw.swapAt(index, Int.random(in: 0..<raw.count, using: &generator))
            default:
                let fragment = Self.fragments[Int.random(in: 0..<Self.fragments.count, using: &generator)]
                raw.replaceSubrange(index..<(Bool.random(using: &generator) ? index : end), with: fragment)
            }
        }
    }
}
