import Benchmark
import CeleryProtocol

/// A payload of a keyword task.
private struct Login: Codable {
    let user: String
    let attempts: Int
    let tags: [String]
}

/// JSON values to Swift values and back.
func argumentBenchmarks() {
    let numbers: [JSONValue] = [2, 2]
    Benchmark("Arguments: decode (Int, Int)") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole((try numbers[0].decode(Int.self), try numbers[1].decode(Int.self)))
        }
    }
    Benchmark("Result: encode an Int") { benchmark in
        for number in benchmark.scaledIterations {
            blackHole(try JSONValue(encoding: number))
        }
    }
    let payload: JSONValue = ["user": "mia", "attempts": 3, "tags": ["a", "b"]]
    Benchmark("Arguments: decode a struct of three properties") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try payload.decode(Login.self))
        }
    }
    let login = Login(user: "mia", attempts: 3, tags: ["a", "b"])
    Benchmark("Arguments: encode a struct of three properties") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try JSONValue(encoding: login))
        }
    }
}
