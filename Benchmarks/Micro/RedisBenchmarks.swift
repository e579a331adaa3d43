import CeleryProtocol
import NIOCore
import RedisClient

/// A worker's call of its script, 64 tasks at once, and Redis's answer with 64 messages.
func redisBenchmarks(_ suite: inout Suite) throws {
    let keys = (0..<64).map { "celery-task-meta-3c53467a-f2d4-4460-9f7e-3388d948b1\(10 + $0)" }
    let result = Samples.result.encoded()
    suite.measure("Commit: write a call that settles 64 tasks", repeats: 20) {
        var command: RESPCommand = ["EVALSHA", "5d2b64a2a1b2c6e5f1c1b7b6b52f0a3a8e0f2a7d"]
        command.append(keys.count)
        for key in keys { command.append(key) }
        for number in keys.indices {
            command.append(number)
            command.append("S")
            command.append(result)
        }
        var buffer = ByteBuffer()
        try command.write(to: &buffer)
        blackHole(buffer.readableBytes)
    }
    let bytes = answer(of: 64)
    suite.measure("Claim: read an answer with 64 messages", repeats: 20) {
        let reader = RESPReader()
        try unsafe reader.feed(bytes.span.bytes)
        blackHole(try reader.next())
    }
}

/// An array of as many messages, as Redis sends it.
private func answer(of count: Int) -> [UInt8] {
    let message = Samples.message.encoded()
    var bytes = Array("*\(count)\r\n".utf8)
    for _ in 0..<count { bytes += Array("$\(message.count)\r\n".utf8) + message + Array("\r\n".utf8) }
    return bytes
}
