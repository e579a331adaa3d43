/// A value to return instead of throwing certain errors.
///
/// Asked after the retry policy: the fallback of an error that is retried applies when its retries are used up.
///
/// ```swift
/// app.task("tasks.user", fallback: .value(Profile.unknown, for: ParseError.self)) { … }
/// ```
public struct TaskFallback<Output: Sendable>: Sendable {
    let value: @Sendable (any Error) -> Output?

    /// Creates a fallback; `value` returns `nil` for errors that stay errors.
    public init(_ value: @escaping @Sendable (any Error) -> Output?) {
        self.value = value
    }

    /// No fallback.
    public static var none: Self { .init { _ in nil } }

    /// One value for every error of a type.
    public static func value<Failure: Error>(_ value: Output, for type: Failure.Type) -> Self {
        .init { $0 is Failure ? value : nil }
    }
}
