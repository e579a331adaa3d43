import CeleryProtocol

/// How a task's return value maps to a stored result.
struct OutputCoding<Output: Sendable>: Sendable {
    let encode: @Sendable (Output) throws -> JSONValue
    let decode: @Sendable (JSONValue) throws -> Output
}

extension OutputCoding where Output: Codable {
    static var codable: Self {
        .init(
            encode: { output in
                do {
                    return try JSONValue(encoding: output)
                } catch {
                    throw UnencodableResult(Output.self, error)
                }
            },
            decode: { try $0.decode(Output.self) }
        )
    }
}

extension OutputCoding where Output == Void {
    static var void: Self { .init(encode: { .null }, decode: { _ in }) }
}

extension OutputCoding where Output == JSONValue {
    static var untyped: Self { .init(encode: { $0 }, decode: { $0 }) }
}
