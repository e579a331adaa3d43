import CeleryProtocol

/// A revocation as a member of the log:
///
/// | member | meaning |
/// | --- | --- |
/// | `i:<task id>` | the task must not start |
/// | `t:<task id>` | nor go on |
/// | `s:<name>`, line feed, JSON | no task with this stamp may start |
/// | `x:<name>`, line feed, JSON | nor go on |
extension Revocation {
    /// The largest entry that is read: the largest that is written, rounded up.
    private static let maximumBytes = Self.maximumValueBytes + 1024

    /// The member.
    var member: [UInt8] {
        switch self.target {
        case .task(let id):
            Array((self.terminates ? "t:" : "i:").utf8) + Array(id.utf8)
        case .stamp(let name, let value):
            Array((self.terminates ? "x:" : "s:").utf8) + Array(name.utf8) + [UInt8(ascii: "\n")] + value.serialized()
        }
    }

    /// Reads a member; `nil` for what is none, which is ignored.
    init?(member: [UInt8]) {
        guard 2...Self.maximumBytes ~= member.count, member[1] == UInt8(ascii: ":") else { return nil }
        let content = member[2...]
        switch member[0] {
        case UInt8(ascii: "i"), UInt8(ascii: "t"):
            guard let id = String(validating: content, as: UTF8.self) else { return nil }
            self.init(.task(id), terminates: member[0] == UInt8(ascii: "t"))
        case UInt8(ascii: "s"), UInt8(ascii: "x"):
            guard let feed = content.firstIndex(of: UInt8(ascii: "\n")),
                let name = String(validating: content[..<feed], as: UTF8.self),
                let value = try? JSONValue(parsing: Array(content[(feed + 1)...]))
            else { return nil }
            self.init(.stamp(name: name, value: value), terminates: member[0] == UInt8(ascii: "x"))
        default:
            return nil
        }
    }
}
