package import CeleryProtocol

/// A rate as Celery writes it: `10/s`, `100/m`, `1/h`, or a number per second.
package struct CeleryRate: Hashable, Sendable {
    /// Starts per second; `nil` for no limit.
    package let perSecond: Double?
    /// How it was written; `nil` if it was nothing (`null`, 0, the empty text), which switches a limit off.
    package let text: String?

    /// Why a text is no rate, in Python's terms.
    package enum Invalid: Error, Hashable {
        /// A `ValueError` with this text.
        case value(String)
        /// A `KeyError`: no such unit of time.
        case unit(String)
    }

    /// Reads a rate as Celery's `rate()` does, but refuses what is no rate at all: a negative one, infinity, not a number.
    package init(_ json: JSONValue) throws(Invalid) {
        switch json {
        case .null, .bool(false):
            (self.perSecond, self.text) = (nil, nil)
        case .string(let text):
            self = try Self.parse(text)
        default:
            guard let number = json.doubleValue else { throw .value("\(PythonRepr.display(json)) is not a rate") }
            let perSecond = try Self.checked(number)
            (self.perSecond, self.text) = (perSecond, perSecond == nil ? nil : PythonRepr.value(json))
        }
    }

    private init(perSecond: Double?, text: String?) {
        self.perSecond = perSecond
        self.text = text
    }

    private static func parse(_ text: String) throws(Invalid) -> CeleryRate {
        if text.isEmpty { return CeleryRate(perSecond: nil, text: nil) }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        do throws(RateLimitError) {
            let limit = try RateLimit(parsing: text)
            return CeleryRate(perSecond: limit.isUnlimited ? nil : limit.perSecond, text: text)
        } catch {
            switch error.code {
            case .unknownUnit: throw .unit(parts.count > 1 ? parts[1] : "")
            case .notANumber:
                throw .value("could not convert string to float: \(PythonRepr.value(.string(parts[0])))")
            case .outOfRange: throw .value(error.message)
            }
        }
    }

    /// A number that a limit can be made of; `nil` for 0, which is no limit.
    private static func checked(_ number: Double) throws(Invalid) -> Double? {
        guard 0...1e9 ~= number else { throw .value("a rate must be between 0 and 1e9, not \(number)") }
        return number == 0 ? nil : number
    }
}
