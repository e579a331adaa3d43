import CeleryProtocol

/// Reads the arguments of Celery's own commands, as forgiving as Python is and no more.
extension ControlCall {
    /// An argument, or `null`.
    func value(_ argument: ControlArgument) -> JSONValue {
        self.arguments[argument.rawValue] ?? .null
    }

    /// A text that has to be there.
    func text(_ argument: ControlArgument) throws(ControlError) -> String {
        guard let text = try self.optionalText(argument) else { throw self.missing(argument.rawValue) }
        return text
    }

    /// A text that may be absent or `null`.
    func optionalText(_ argument: ControlArgument) throws(ControlError) -> String? {
        let value = self.value(argument)
        guard !value.isNull else { return nil }
        guard let text = value.stringValue else { throw self.mismatch(argument, "a string") }
        return text
    }

    /// A text, or an array of texts, each of them once.
    ///
    /// It is Celery's `maybe_list`.
    func texts(_ argument: ControlArgument) throws(ControlError) -> [String] {
        switch self.value(argument) {
        case .null: return []
        case .string(let text): return [text]
        case .array(let elements):
            let texts = elements.compactMap(\.stringValue)
            guard texts.count == elements.count else { throw self.mismatch(argument, "strings") }
            var seen: Set<String> = []
            return texts.filter { seen.insert($0).inserted }
        default: throw self.mismatch(argument, "a string or an array of strings")
        }
    }

    /// Task ids: one or several.
    func taskIDs(_ argument: ControlArgument) throws(ControlError) -> [String] {
        guard self.arguments[argument.rawValue] != nil else { throw self.missing(argument.rawValue) }
        let ids = try self.texts(argument)
        for id in ids {
            do throws(MessageError) {
                try NameRules.validate(id: id)
            } catch {
                throw ControlError("ValueError", error.message)
            }
        }
        return ids
    }

    /// Whether an argument is true for Python.
    func flag(_ argument: ControlArgument) -> Bool {
        switch self.value(argument) {
        case .null: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .double(let number): number != 0
        case .bigInteger: true
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// A whole number within bounds; `nil` if it is absent or `null`.
    func integer(_ argument: ControlArgument, in range: ClosedRange<Int>) throws(ControlError) -> Int? {
        let value = self.value(argument)
        guard !value.isNull else { return nil }
        guard let number = value.integerValue, let count = Int(exactly: number) else {
            throw self.mismatch(argument, "an integer")
        }
        guard range.contains(count) else {
            throw ControlError(
                "ValueError",
                "argument '\(argument.rawValue)' of \(self.method)() must be between \(range.lowerBound) "
                    + "and \(range.upperBound)"
            )
        }
        return count
    }

    /// A number of seconds above zero; `nil` if it is absent, `null` or 0, which are no limit in Celery.
    func seconds(_ argument: ControlArgument) throws(ControlError) -> Duration? {
        let value = self.value(argument)
        guard !value.isNull else { return nil }
        guard let seconds = value.doubleValue, 0...1e9 ~= seconds else {
            throw self.mismatch(argument, "a number of seconds")
        }
        return seconds == 0 ? nil : Duration(inSeconds: seconds)
    }

    /// The name of a signal as Celery knows it; `nil` if it is absent or `null`.
    func signal() throws(ControlError) -> String? {
        guard let name = try self.optionalText(.signal), !name.isEmpty else { return nil }
        let upper = name.uppercased()
        let signal = upper.hasPrefix("SIG") ? upper : "SIG" + upper
        guard Self.signals.contains(signal) else {
            throw ControlError("ValueError", "unknown signal \(WireName.quoted(name))")
        }
        return signal
    }

    /// The signals with which a task can be stopped.
    private static let signals: Set<String> = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTERM",
    ]

    private func mismatch(_ argument: ControlArgument, _ wanted: String) -> ControlError {
        ControlError("TypeError", "argument '\(argument.rawValue)' of \(self.method)() must be \(wanted)")
    }
}
