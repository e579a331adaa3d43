import NIOCore
import RedisClient
import Testing

@Suite struct RESPCommandTests {
    @Test func `writes every kind of argument`() throws {
        var command: RESPCommand = ["ZADD", "k\u{0}é", ""]
        command.append(Int64.min)
        command.append(7)
        command.append([0xFF, 0x0D, 0x0A])
        command.append(contentsOf: ["a", ""])
        let expected =
            Array("*8\r\n$4\r\nZADD\r\n$4\r\nk\u{0}é\r\n$0\r\n\r\n$20\r\n-9223372036854775808\r\n$1\r\n7\r\n".utf8)
            + Array("$3\r\n".utf8) + [0xFF, 0x0D, 0x0A] + Array("\r\n$1\r\na\r\n$0\r\n\r\n".utf8)
        #expect(try wire(command) == expected)
    }

    @Test func `writes only empty arguments`() throws {
        #expect(try wire([""]) == Array("*1\r\n$0\r\n\r\n".utf8))
    }

    @Test func `writes lengths of one digit and of many`() throws {
        for length in [1, 9, 10, 99, 100, 1_000, 99_999, 100_000] {
            let text = String(repeating: "x", count: length)
            #expect(try wire([text]) == Array("*1\r\n$\(length)\r\n\(text)\r\n".utf8))
        }
        let many = RESPArguments(repeatElement("", count: 1_000))
        var command: RESPCommand = ["a"]
        command.append(contentsOf: many)
        #expect(try wire(command).starts(with: Array("*1001\r\n$1\r\na\r\n$0\r\n".utf8)))
    }

    @Test func `appends to what is there`() throws {
        var buffer = ByteBuffer(string: "before")
        let command: RESPCommand = ["PING"]
        try command.write(to: &buffer)
        #expect(String(buffer: buffer) == "before*1\r\n$4\r\nPING\r\n")
    }

    @Test func `refuses to be nothing`() {
        #expect(throws: RESPError.self) { try wire([]) }
    }

    @Test func `gives access to single arguments`() {
        var arguments: RESPArguments = ["a", "bc"]
        arguments.append(contentsOf: ["d"])
        #expect(arguments.count == 3)
        #expect(arguments[1].map(Array.init) == Array("bc".utf8))
        #expect(arguments[2].map(Array.init) == Array("d".utf8))
        #expect(arguments[3] == nil)
        #expect(arguments[-1] == nil)
    }

    @Test(arguments: [
        ["AUTH", "hunter2"], ["auth", "user", "hunter2"], ["HELLO", "2", "AUTH", "user", "hunter2"],
        ["CONFIG", "SET", "requirepass", "hunter2"], ["SET", "key", "hunter2"],
    ]) func `never shows an argument`(arguments: [String]) {
        var command = RESPCommand(arguments[0])
        command.append(contentsOf: RESPArguments(arguments.dropFirst()))
        var dumped = ""
        dump(command, to: &dumped)
        for rendering in ["\(command)", String(reflecting: command), dumped] {
            #expect(!rendering.contains("hunter2"))
            #expect(rendering.contains(arguments[0].uppercased()))
        }
    }
}

private func wire(_ command: RESPCommand) throws -> [UInt8] {
    var buffer = ByteBuffer()
    try command.write(to: &buffer)
    return Array(buffer.readableBytesView)
}
