/// What must hold for any bytes that one of our parsers is given.
///
/// The checks are fed by `Tests/FuzzTests` with damaged recordings, and by libFuzzer in `Fuzzing/`. That nothing traps goes without
/// saying; ``run`` says what else.
package struct FuzzCheck: Sendable {
    /// What `scripts/fuzz` and failures call it.
    package let name: String
    /// Takes any input and tells whether it could be read; throws a ``BrokenRule`` if something does not hold.
    package let run: @Sendable ([UInt8]) throws -> Bool
    /// Inputs to begin with, beside what was recorded from Celery.
    package let examples: [String]

    init(_ name: String, examples: [String] = [], _ run: @escaping @Sendable ([UInt8]) throws -> Bool) {
        self.name = name
        self.run = run
        self.examples = examples
    }

    /// All of them.
    package static let all: [FuzzCheck] = [
        .replies, .urls, .json, .dates, .envelopes, .results, .signatures, .events, .control, .frames,
    ]
}

/// Something that did not hold.
package struct BrokenRule: Error, CustomStringConvertible {
    package let description: String

    /// Throws itself unless `holds`.
    static func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws {
        if !holds { throw BrokenRule(description: rule()) }
    }
}

extension FuzzCheck: CustomStringConvertible {
    package var description: String { self.name }
}
