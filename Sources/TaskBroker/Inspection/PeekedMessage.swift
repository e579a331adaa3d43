import CeleryProtocol

/// A message that was looked at and left where it is.
public struct PeekedMessage: Sendable, Hashable, Codable {
    /// The task's id; `nil` if the message cannot be read.
    public var id: String?
    /// The task's name; `nil` if the message cannot be read.
    public var task: String?
    /// The positional arguments in Python's notation, as the sender described them.
    public var args: String?
    /// The keyword arguments in Python's notation, as the sender described them.
    public var kwargs: String?
    /// The earliest start, in seconds since 1970.
    public var eta: Double?
    /// How often the task was retried.
    public var retries: Int
    /// The step of priority: 0, 3, 6 or 9.
    public var step: Int
    /// The size of the message in bytes.
    public var byteCount: Int
    /// Why the message cannot be read.
    public var problem: String?

    init(_ raw: [UInt8], step: Int) {
        self.step = step
        self.byteCount = raw.count
        self.retries = 0
        do {
            let headers = try Envelope(decoding: raw).headers
            self.id = headers.id
            self.task = headers.task
            self.args = headers.argsrepr
            self.kwargs = headers.kwargsrepr
            self.eta = headers.eta.map { Double($0.microseconds) / 1e6 }
            self.retries = headers.retries
        } catch {
            self.id = error.taskID
            self.task = error.taskName
            self.problem = error.message
        }
    }
}
