import TaskBroker

extension CommandRetry {
    private enum Key: String, CaseIterable {
        case maxRetries = "max_retries"
        case delay
        case backoff
        case maxDelay = "max_delay"
        case jitter
        case on
    }

    /// Reads `retry`.
    ///
    /// As in Celery: three retries after 180 seconds unless it says otherwise, and with `backoff` delays that double, with jitter.
    init(_ field: YAMLField) throws(TaskFileError.Mistake) {
        let fields = try field.members(Key.self)
        let maxRetries = try fields[.maxRetries]?.number(0...1_000_000) ?? 3
        let isGrowing = try fields[.backoff]?.flag ?? false
        if !isGrowing, let field = fields[.maxDelay] ?? fields[.jitter] {
            throw field.mistake("this counts only with 'backoff: true'")
        }
        let delay = try fields[.delay]?.duration ?? (isGrowing ? .seconds(1) : .seconds(180))
        self.init()
        self.schedule =
            if isGrowing {
                .exponentialBackoff(
                    base: delay,
                    maximum: try fields[.maxDelay]?.duration ?? .seconds(600),
                    maxRetries: maxRetries,
                    isJittered: try fields[.jitter]?.flag ?? true
                )
            } else {
                .fixed(delay, maxRetries: maxRetries)
            }
        if let on = fields[.on] { try self.read(on) }
    }

    /// Reads what is tried again: `any`, or exit statuses.
    private mutating func read(_ field: YAMLField) throws(TaskFileError.Mistake) {
        if (try? field.text) == "any" {
            self.retriesEverything = true
            return
        }
        self.statuses = []
        for element in try field.elements { self.statuses.insert(Int32(try element.number(1...255))) }
    }
}
