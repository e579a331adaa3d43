import CeleryProtocol
import Testing

/// Every canvas of the table, once on an all-Python fleet and once on fleets with our worker: the results have to be equal.
///
/// The table is `Python/canvas/cases`. `INTEROP_CASES` takes names of cases, with commas between them, to run only those.
@Suite(.canvasFleet, .serialized, .timeLimit(.minutes(8))) struct CanvasInterop {
    @Test(arguments: CanvasPlacement.allCases.filter { $0 != .python })
    func `A canvas ends as on an all-Python fleet`(_ placement: CanvasPlacement) async throws {
        let fleet = try CanvasFleet.require()
        let observed = try await fleet.observe(placement)
        #expect(observed.count == fleet.expected.count)
        for (name, expected) in fleet.expected.sorted(by: { $0.key < $1.key }) {
            let got = try #require(observed[name], "\(name)")
            // A case that cannot be sent, or does not end, would be equal to itself.
            #expect(expected["done"] == true, "\(name)")
            if expected["abandons"] == true {
                #expect(got["done"] == true, "\(name)")
                // On a mixed fleet it depends on who comes last.
                let isOurs = placement == .swift
                #expect(!isOurs || !Self.hasPending(got), "\(name): \(got)")
                #expect(Self.hasPending(expected), "Celery does not leave \(name) alone any more")
            } else if let difference = Difference(expected: expected, got: got) {
                Issue.record("\(name)\n\(difference)")
            }
        }
    }

    @Test func `A canvas that we send to Python workers ends as one that Python sends`() async throws {
        let fleet = try CanvasFleet.require()
        let observed = try await fleet.observe { app, folder in
            try await SentCanvases(app: app, folder: folder).send()
        }
        #expect(observed.count == SentCanvases.count)
        for (name, got) in observed {
            let expected = try #require(fleet.expected[name], "there is no case \(name)")
            let difference = Difference(
                expected: Self.withoutAnnouncements(expected),
                got: Self.withoutAnnouncements(got)
            )
            if let difference { Issue.record("\(name)\n\(difference)") }
        }
    }

    /// Who did not send a canvas may come too late to hear of its results.
    private static func withoutAnnouncements(_ observation: JSONValue) -> JSONValue {
        guard var members = observation.objectValue, let tree = members["tree"]?.arrayValue else { return observation }
        members["tree"] = .array(
            tree.map { .object(($0.objectValue ?? [:]).filter { $0.key != "announced" }) }
        )
        return .object(members)
    }

    /// Whether somebody would wait for ever for a result.
    private static func hasPending(_ observation: JSONValue) -> Bool {
        observation["tree"]?.arrayValue?.contains { $0["state"] == "PENDING" } ?? false
    }
}
