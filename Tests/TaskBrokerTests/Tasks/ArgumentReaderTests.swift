import CeleryProtocol
import Testing

@testable import TaskBroker

struct ArgumentReaderTests {
    private struct Payload: Codable, Sendable, Equatable {
        var source: String
        var width: Int
        var quality: Int?
    }

    private typealias Three = (Int, String, Double?)

    private func read(
        _ positional: [JSONValue],
        _ keyword: [String: JSONValue] = [:],
        names: [String] = ["x", "name", "scale"]
    ) throws -> Three {
        let coding: ArgumentCoding<Three> = .positional(names: names)
        return try coding.decode(TaskArguments(positional, keyword))
    }

    @Test(
        arguments: [
            ([1, "a", 2.5], [:]),
            ([1, "a"], ["scale": 2.5]),
            ([1], ["name": "a", "scale": 2.5]),
            ([], ["x": 1, "name": "a", "scale": 2.5]),
        ] as [([JSONValue], [String: JSONValue])]
    )
    func `by position, by name, or both`(positional: [JSONValue], keyword: [String: JSONValue]) throws {
        #expect(try self.read(positional, keyword) == (1, "a", 2.5))
    }

    @Test func `An optional may be left out or null`() throws {
        #expect(try self.read([1, "a"]) == (1, "a", nil))
        #expect(try self.read([1, "a", nil]) == (1, "a", nil))
        #expect(try self.read([1, "a"], ["scale": nil]) == (1, "a", nil))
        #expect(try self.read([1, "a"], names: []) == (1, "a", nil))
    }

    @Test func `What is encoded is decoded`() throws {
        let coding: ArgumentCoding<Three> = .positional(names: [])
        let arguments = try coding.encode((7, "é", nil))
        #expect(arguments == TaskArguments([7, "é", nil]))
        #expect(try coding.decode(arguments) == (7, "é", nil))
    }

    @Test(
        arguments: [
            ([1, "a", 2.5, 4], [:], "takes 3 arguments (x, name, scale), but 4 were given"),
            ([1], [:], "takes 3 arguments (x, name, scale), but 'name' is missing"),
            ([], [:], "takes 3 arguments (x, name, scale), but 'x' is missing"),
            ([1, "a"], ["nme": "b"], "takes 3 arguments (x, name, scale) and has no parameter named 'nme'"),
            ([1, "a"], ["x": 2], "got two values for 'x', by position and by name"),
        ] as [([JSONValue], [String: JSONValue], String)]
    )
    func `says what is wrong with a call`(positional: [JSONValue], keyword: [String: JSONValue], text: String) throws {
        let error = try #require(throws: ArgumentMismatch.self) { try self.read(positional, keyword) }
        #expect(error.description == text)
        #expect(error.exception == ExceptionDocument(type: "TypeError", message: [.string(text)], module: "builtins"))
    }

    @Test func `Parameters without names are numbered, and cannot be given by name`() throws {
        let missing = try #require(throws: ArgumentMismatch.self) { try self.read([1], names: []) }
        #expect(missing.description == "takes 3 arguments, but #2 is missing")
        let named = try #require(throws: ArgumentMismatch.self) { try self.read([1, "a"], ["scale": 1], names: []) }
        #expect(named.description == "takes 3 arguments and has no parameter named 'scale'")
    }

    @Test(
        arguments: [
            (["1", "a"], "cannot use argument 'x'"),
            ([1, 2], "cannot use argument 'name'"),
            ([1, nil], "cannot use argument 'name'"),
            ([1.5, "a"], "cannot use argument 'x'"),
            ([1, "a", "b"], "cannot use argument 'scale'"),
        ] as [([JSONValue], String)]
    )
    func `names the argument of a wrong type`(positional: [JSONValue], prefix: String) throws {
        let error = try #require(throws: ArgumentMismatch.self) { try self.read(positional) }
        #expect(error.description.hasPrefix(prefix), "\(error)")
        #expect(error.description.count > prefix.count + 2, "\(error)")
    }

    @Test func `names the place inside an argument`() throws {
        let coding: ArgumentCoding<([Payload])> = .positional(names: ["images"])
        let error = try #require(throws: ArgumentMismatch.self) {
            try coding.decode(TaskArguments([[["source": "a", "width": "wide"]]]))
        }
        #expect(error.description.hasPrefix("cannot use argument 'images' at "), "\(error)")
        #expect(error.description.contains("width"), "\(error)")
    }

    @Test func `A task without parameters takes nothing`() throws {
        let coding: ArgumentCoding<()> = .positional(names: [])
        try coding.decode(TaskArguments())
        let error = try #require(throws: ArgumentMismatch.self) { try coding.decode(TaskArguments([1])) }
        #expect(error.description == "takes 0 arguments, but 1 were given")
    }

    @Test func `A payload takes its properties from the keyword arguments and ignores others`() throws {
        let coding: ArgumentCoding<Payload> = .keyword()
        #expect(try coding.encode(Payload(source: "a", width: 1)) == TaskArguments([], ["source": "a", "width": 1]))
        let decoded = try coding.decode(TaskArguments([], ["source": "a", "width": 1, "colour": "red"]))
        #expect(decoded == Payload(source: "a", width: 1))
    }

    @Test func `A payload says what is missing`() throws {
        let coding: ArgumentCoding<Payload> = .keyword()
        let missing = try #require(throws: ArgumentMismatch.self) {
            try coding.decode(TaskArguments([], ["source": "a"]))
        }
        #expect(missing.description == "cannot use the payload: 'width' is missing")
        let positional = try #require(throws: ArgumentMismatch.self) { try coding.decode(TaskArguments(["a", 1])) }
        #expect(positional.description == "takes keyword arguments or one payload, but 2 positional were given")
    }

    @Test func `A payload that is no object cannot be sent`() throws {
        let coding: ArgumentCoding<[Int]> = .keyword()
        let error = try #require(throws: TaskBrokerError.self) { try coding.encode([1]) }
        #expect(error.code == .encodingFailed)
    }
}
