import CeleryProtocol

/// A payload of a keyword task.
private struct Login: Codable {
    let user: String
    let attempts: Int
    let tags: [String]
}

/// JSON values to Swift values and back.
func argumentBenchmarks(_ suite: inout Suite) throws {
    let numbers: [JSONValue] = [2, 2]
    suite.measure("Arguments: decode (Int, Int)") {
        blackHole((try numbers[0].decode(Int.self), try numbers[1].decode(Int.self)))
    }
    suite.measure("Result: encode an Int") {
        blackHole(try JSONValue(encoding: 4))
    }
    let payload: JSONValue = ["user": "mia", "attempts": 3, "tags": ["a", "b"]]
    suite.measure("Arguments: decode a struct of three properties") {
        blackHole(try payload.decode(Login.self))
    }
    let login = Login(user: "mia", attempts: 3, tags: ["a", "b"])
    suite.measure("Arguments: encode a struct of three properties") {
        blackHole(try JSONValue(encoding: login))
    }
}
