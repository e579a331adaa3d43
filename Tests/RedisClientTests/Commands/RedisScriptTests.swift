import Testing

@testable import RedisClient

@Suite struct RedisScriptTests {
    /// FIPS 180-4 examples, and the lengths around a block's end.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ]) func `computes SHA-1`(message: String, digest: String) {
        #expect(SHA1.hexadecimalDigest(of: Array(message.utf8)) == digest)
    }

    @Test func `makes commands`() {
        let script = RedisScript(name: "one", text: "return 1")
        #expect(script.sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
        let expected: RESPCommand = ["EVALSHA", script.sha1, "2", "a", "b", "x"]
        #expect(script.command(keys: ["a", "b"], arguments: ["x"]) == expected)
        let whole: RESPCommand = ["EVAL", "return 1", "0"]
        #expect(script.commandWithText(keys: []) == whole)
    }
}
