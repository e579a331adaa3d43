import CeleryProtocol

/// What is sent to the workers.
struct RemoteRequest: Sendable, Hashable {
    let method: RemoteMethod
    let arguments: [String: JSONValue]
}
