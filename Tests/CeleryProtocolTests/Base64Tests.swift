import CeleryProtocol
import Testing

struct Base64Tests {
    /// The examples of RFC 4648 §10, and bytes from both ends of the alphabet.
    static let examples: [([UInt8], String)] = [
        ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="), (Array("foo".utf8), "Zm9v"),
        (Array("foob".utf8), "Zm9vYg=="), (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xFF, 0x00, 0xFE], "/wD+"), ([0xFB, 0xFF], "+/8="),
    ]

    @Test(arguments: Base64Tests.examples)
    func `codes`(bytes: [UInt8], text: String) {
        var encoded: [UInt8] = []
        Base64.append(bytes, to: &encoded)
        #expect(String(decoding: encoded, as: UTF8.self) == text)
        #expect(Base64.decode(text) == bytes)
    }

    @Test func `skips white space and ignores bits beyond the last byte`() {
        #expect(Base64.decode(" Zm\r\n9v\tYg =\n= ") == Array("foob".utf8))
        #expect(Base64.decode("Zh==") == Array("f".utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9vY", "=", "==", "====", "Zg==Zg==", "Z=g=", "Zm9-",
        "Zm9_",
        "***", "Zm9v\u{0}", "é", "Zg==x",
    ])
    func `refuses what is not base64`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
