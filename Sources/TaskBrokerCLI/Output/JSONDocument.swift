package import CeleryProtocol

/// What `--json` writes: one object on one line, ASCII only, with `schema` and `kind` beside its own members.
///
/// Within a schema number members are only added. Lists are objects as well, with their elements in `items`; streams write one
/// object a line. Times are ISO 8601 in UTC, durations are seconds, and a member without a value is `null`, never absent.
package struct JSONDocument: Sendable, Hashable {
    /// The number of the shape of all documents.
    package static let schema: Int64 = 1

    private let members: [String: JSONValue]

    /// A document about one thing.
    package init(_ kind: String, _ members: [String: JSONValue]) {
        self.members = members.merging(["schema": .integer(Self.schema), "kind": .string(kind)]) { _, own in own }
    }

    /// A document about many things of a kind.
    package init(_ kind: String, items: [[String: JSONValue]]) {
        self.init(kind, ["items": .array(items.map(JSONValue.object))])
    }

    /// The document as JSON text.
    package var text: String { JSONValue.object(self.members).description }
}

extension JSONValue {
    /// A string, or `null`.
    package static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }

    /// An integer, or `null`.
    package static func count(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }

    /// A point in time in UTC, or `null`.
    package static func time(_ value: Timestamp?) -> JSONValue { value.map { .string($0.iso8601) } ?? .null }
}
