extension TaskState {
    /// A worker has accepted the message; only events tell this, nothing is stored.
    public static let received = Self(rawValue: "RECEIVED")
    /// The message was rejected; only events tell this, nothing is stored.
    public static let rejected = Self(rawValue: "REJECTED")
}
