/// How often tasks of one name may start in each worker.
///
/// Celery's meaning: starts are spread evenly, `10/m` is one every six seconds and not ten at once; every worker keeps to the
/// limit for itself.
public struct RateLimit: Hashable, Sendable, CustomStringConvertible {
    /// Starts per second; infinity for no limit.
    public let perSecond: Double
    /// How the limit is written: `10/s`, `100/m`, `5/h`; `0` for no limit.
    public let description: String

    private init(perSecond: Double, description: String) {
        self.perSecond = perSecond
        self.description = description
    }
}

extension RateLimit {
    /// No limit, where a task would have the app's otherwise.
    public static let unlimited = RateLimit(perSecond: .infinity, description: "0")

    /// So many starts in each second; less than one start in 10,000 years, or more than 1e9 a second, is held to that.
    public static func perSecond(_ count: Double) -> Self { .init(count, "s") }

    /// So many starts in each minute.
    public static func perMinute(_ count: Double) -> Self { .init(count, "m") }

    /// So many starts in each hour.
    public static func perHour(_ count: Double) -> Self { .init(count, "h") }

    /// Creates a limit from a number that was checked before, as an operator wrote it.
    package init(perSecond: Double?, writtenAs text: String?) {
        guard let perSecond else {
            self = .unlimited
            return
        }
        self.init(perSecond: Self.clamped(perSecond), description: text ?? "\(perSecond)/s")
    }

    /// Reads a limit as Celery writes it: `10/s`, `100/m`, `5/h`, or a number, per second; 0 or nothing is ``unlimited``.
    ///
    /// - Throws: ``RateLimitError``.
    public init(parsing text: String) throws(RateLimitError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        // Python's `rate()` takes `10/` for `10/s`.
        let unit = parts.count > 1 && !parts[1].isEmpty ? parts[1] : "s"
        guard let seconds = Self.units[String(unit)] else { throw .unknownUnit(String(unit)) }
        guard !text.isEmpty else {
            self = .unlimited
            return
        }
        guard let count = Double(parts[0].filter { !$0.isWhitespace }) else { throw .notANumber(String(parts[0])) }
        guard 0...1e9 ~= count else { throw .outOfRange(String(parts[0])) }
        self = count == 0 ? .unlimited : Self(perSecond: Self.clamped(count / seconds), description: text)
    }

    private init(_ count: Double, _ unit: String) {
        let perSecond = count / (Self.units[unit] ?? 1)
        let number = Int64(exactly: count).map { "\($0)" } ?? "\(count)"
        self.init(perSecond: Self.clamped(perSecond), description: "\(number)/\(unit)")
    }

    private static let units: [String: Double] = ["s": 1, "m": 60, "h": 3600]

    private static func clamped(_ perSecond: Double) -> Double {
        perSecond.isNaN ? 1e-9 : max(1e-9, min(perSecond, 1e9))
    }
}

extension RateLimit {
    /// How far apart starts are; zero for no limit.
    package var interval: Duration {
        self.perSecond.isFinite ? max(.microseconds(1), Duration(inSeconds: 1 / self.perSecond)) : .zero
    }

    /// Whether there is no limit.
    package var isUnlimited: Bool { !self.perSecond.isFinite }
}
