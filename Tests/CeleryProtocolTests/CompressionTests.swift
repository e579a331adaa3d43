import CeleryProtocol
import Testing

struct CompressionTests {
    @Test(arguments: ["message-compression-gzip", "message-compression-bzip2"])
    func `decompresses what Celery compressed`(name: String) throws {
        let record = try #require(try Vectors().records(in: name).first)
        #expect(try Envelope(decoding: record.raw).decodeBody() == TaskBody(args: [1, 1]))
    }

    @Test(arguments: ["message-compression-gzip", "message-compression-bzip2"])
    func `refuses every truncation and survives every flipped bit`(name: String) throws {
        let record = try #require(try Vectors().records(in: name).first)
        let text = try #require(try JSONValue(parsing: record.raw)["body"]?.stringValue)
        let bytes = try #require(Base64.decode(text))
        let compression = try #require(try Envelope(decoding: record.raw).headers.compression)
        for length in 0..<bytes.count {
            let error = #expect(throws: MessageError.self) {
                try Self.message(Array(bytes[..<length]), compression: compression).decodeBody()
            }
            #expect(error?.code == .badBody)
        }
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            _ = try? Self.message(damaged, compression: compression).decodeBody()
        }
    }

    @Test func `stops at the ratio and at the size`() throws {
        var limits = MessageLimits()
        let bomb = Self.storedBlocks(count: 40)
        limits.freeExpansionBytes = 1000
        limits.maximumCompressionRatio = 1
        #expect(throws: Never.self) {
            try Self.message(bomb, compression: "application/x-gzip", limits: limits).decodeBody()
        }
        limits.maximumBodyBytes = 40 * 1000
        #expect(throws: Never.self) {
            try Self.message(bomb, compression: "application/x-gzip", limits: limits).decodeBody()
        }
        limits.maximumBodyBytes -= 1
        let error = #expect(throws: MessageError.self) {
            try Self.message(bomb, compression: "application/x-gzip", limits: limits).decodeBody()
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `stops a bomb early`() throws {
        let bomb = try #require(Base64.decode(Self.bzip2Bomb))
        let error = #expect(throws: MessageError.self) {
            try Self.message(bomb, compression: "application/x-bz2").decodeBody()
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("100 times") == true)
        var limits = MessageLimits()
        limits.maximumCompressionRatio = .max
        let second = #expect(throws: MessageError.self) {
            try Self.message(bomb, compression: "application/x-bz2", limits: limits).decodeBody()
        }
        #expect(second?.message.contains("\(64 << 20) bytes") == true)
    }

    static func message(
        _ bytes: [UInt8],
        compression: String,
        limits: MessageLimits = .default
    ) throws -> Envelope {
        var body: [UInt8] = []
        Base64.append(bytes, to: &body)
        let text = """
            {"body": "\(String(decoding: body, as: UTF8.self))", "content-type": "application/json", \
            "headers": {\(Sample.headers), "compression": "\(compression)"}, \
            "properties": {\(Sample.properties), "body_encoding": "base64"}}
            """
        return try Envelope(decoding: Array(text.utf8), limits: limits)
    }

    /// A zlib stream of uncompressed blocks: a valid body, then white space.
    static func storedBlocks(count: Int) -> [UInt8] {
        var content = Array("[[], {}, {}]".utf8)
        content += [UInt8](repeating: 0x20, count: count * 1000 - content.count)
        var stream: [UInt8] = [0x78, 0x01]
        for block in 0..<count {
            stream += [block == count - 1 ? 1 : 0, 0xE8, 0x03, 0x17, 0xFC] + content[block * 1000..<(block + 1) * 1000]
        }
        return stream + Self.adler32(content)
    }

    /// The checksum at the end of a zlib stream.
    static func adler32(_ bytes: [UInt8]) -> [UInt8] {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: (high << 16 | low) >> $0) }
    }

    /// A hundred million zero bytes as bzip2.
    static let bzip2Bomb = """
        QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZDgni3wFfjkAAwAAACCAAMIBNRkKgJakKgJcxQVkmU1nE\
        YApVAD7RQALAAABAAAggADDMCapppUiDaipEHi7kinChIcCoiS4=
        """
}
