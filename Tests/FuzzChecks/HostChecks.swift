import CeleryProtocol
import TaskBroker

extension FuzzCheck {
    /// What comes out of the socket of a task host: the same frames however the bytes come, and each is written as it was read.
    static let frames = FuzzCheck(
        "frames",
        examples: [
            Self.frame(2, #"{"run": 7}"#) + Self.frame(66, #"{"run": 7, "outcome": "success"}"#, "[1, 2]"),
            Self.frame(1, #"{"run": 1, "queue": "q", "started": 1767225600000000, "stores": true, "hard": 1.5}"#, "{}"),
            Self.frame(65, #"{"version": 1, "pid": 42, "tasks": {"t": {"soft": 1, "rate_limit": "10/m"}}}"#),
            Self.frame(67, #"{"id": 1, "method": "publish", "messages": [{"routing_key": "q", "length": 2}]}"#, "{}"),
        ]
    ) { bytes in
        let (frames, error) = Self.read(bytes, inPiecesOf: max(1, bytes.count))
        let again = Self.read(bytes, inPiecesOf: 3)
        try BrokenRule.require(again.frames == frames && again.error == error, "pieces make a difference")
        var written: [UInt8] = []
        for frame in frames {
            try frame.append(to: &written)
            try Self.checkHead(of: frame)
        }
        try BrokenRule.require(bytes.starts(with: written), "a frame changes when it is written")
        return !frames.isEmpty
    }

    private static func read(
        _ bytes: [UInt8],
        inPiecesOf size: Int
    ) -> (frames: [EncodedHostFrame], error: HostProtocolError?) {
        var decoder = HostFrameDecoder()
        var frames: [EncodedHostFrame] = []
        do throws(HostProtocolError) {
            for start in stride(from: 0, to: bytes.count, by: size) {
                decoder.append(bytes[start..<min(start + size, bytes.count)])
                while let frame = try decoder.next() { frames.append(frame) }
            }
            return (frames, nil)
        } catch {
            return (frames, error)
        }
    }

    private enum Field: String, CaseIterable {
        case run
    }

    /// A head is read as a tree or by a walk; both take the same ones.
    private static func checkHead(of frame: EncodedHostFrame) throws {
        let tree = try? HostFrame(frame)
        let walk: Void? = try? frame.readHead(JSONFieldTable<Field>()) { _, reader throws(JSONError) in
            _ = try reader.readIntegerOrSkip()
        }
        try BrokenRule.require((tree == nil) == (walk == nil), "a head is taken in one way and refused in the other")
        guard let tree else { return }
        guard let again = try? HostFrame(tree.encoded) else {
            throw BrokenRule(description: "the frame that we write, we refuse")
        }
        try BrokenRule.require(again.encoded == tree.encoded, "a frame changes when it is written")
    }

    /// A frame whose lengths are below 128, as text.
    private static func frame(_ kind: UInt8, _ head: String, _ body: String = "") -> String {
        func number(_ value: Int) -> String { "\0\0\0" + String(UnicodeScalar(UInt8(truncatingIfNeeded: value))) }
        return number(5 + head.utf8.count + body.utf8.count) + String(UnicodeScalar(kind)) + number(head.utf8.count)
            + head
            + body
    }
}
