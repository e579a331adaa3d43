import Yams

/// A value of a YAML file together with its place in it, so that every mistake can be pointed at.
struct YAMLField {
    private let node: Node
    /// The keys that lead here: `tasks.images.resize.command[2]`.
    let path: String

    init(_ node: Node, path: String = "") {
        self.node = node
        self.path = path
    }
}

extension YAMLField {
    /// A mistake in this value.
    func mistake(_ message: String, advice: String? = nil) -> TaskFileError.Mistake {
        TaskFileError.Mistake(
            line: self.node.mark?.line,
            column: self.node.mark?.column,
            field: self.path,
            message,
            advice: advice
        )
    }

    /// The text of a scalar, as it is written: `5` and `yes` are text as well.
    var text: String {
        get throws(TaskFileError.Mistake) {
            guard case .scalar(let scalar) = self.node else {
                throw self.mistake("this has to be one value, not \(self.kind)")
            }
            if scalar.string.isEmpty, scalar.style == .plain || scalar.style == .any {
                throw self.mistake(
                    "this has no value",
                    advice: "Give it one, \"\" for empty text, or take the line out."
                )
            }
            return scalar.string
        }
    }

    /// The elements of a list.
    var elements: [YAMLField] {
        get throws(TaskFileError.Mistake) {
            guard case .sequence(let sequence) = self.node else {
                throw self.mistake("this has to be a list, not \(self.kind)", advice: "Write [one, two].")
            }
            return sequence.enumerated().map { YAMLField($1, path: "\(self.path)[\($0)]") }
        }
    }

    /// The members of a mapping, in the order of the file.
    var members: [(name: YAMLField, value: YAMLField)] {
        get throws(TaskFileError.Mistake) {
            guard case .mapping(let mapping) = self.node else {
                throw self.mistake(
                    "this has to be a mapping, not \(self.kind)",
                    advice: "Write 'key: value' lines below it."
                )
            }
            var members: [(name: YAMLField, value: YAMLField)] = []
            for (key, value) in mapping {
                let path = [self.path, key.scalar?.string ?? "?"].filter { !$0.isEmpty }.joined(separator: ".")
                members.append((YAMLField(key, path: path), YAMLField(value, path: path)))
            }
            return members
        }
    }

    /// The members of a mapping whose keys are known; anything else is a mistake.
    func members<Key: RawRepresentable & CaseIterable & Hashable>(
        _ type: Key.Type
    ) throws(TaskFileError.Mistake) -> [Key: YAMLField] where Key.RawValue == String {
        var fields: [Key: YAMLField] = [:]
        for (name, value) in try self.members {
            let text = try name.text
            guard let key = Key(rawValue: text) else {
                let names = Key.allCases.map(\.rawValue)
                let advice =
                    if let nearest = Suggestion.nearest(to: text, in: names) {
                        "Did you mean '\(nearest)'?"
                    } else {
                        "There are: \(names.joined(separator: ", "))."
                    }
                throw name.mistake("unknown key '\(text)'", advice: advice)
            }
            fields[key] = value
        }
        return fields
    }

    private var kind: String {
        switch self.node {
        case .scalar: "one value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension YAMLField {
    /// `true` or `false`.
    var flag: Bool {
        get throws(TaskFileError.Mistake) {
            switch try self.text {
            case "true": true
            case "false": false
            default: throw self.mistake("this has to be true or false")
            }
        }
    }

    /// A length of time.
    var duration: Duration {
        get throws(TaskFileError.Mistake) {
            guard let span = TimeSpan(try self.text) else {
                throw self.mistake("'\(try self.text)' is no length of time", advice: "Write 30s, 5m, 1h30m or 250ms.")
            }
            return span.duration
        }
    }

    /// A number of bytes.
    var byteCount: UInt64 {
        get throws(TaskFileError.Mistake) {
            guard let count = ByteCount(try self.text) else {
                throw self.mistake("'\(try self.text)' is no number of bytes", advice: "Write 512MiB, 64k or 4096.")
            }
            return count.bytes
        }
    }

    /// A whole number.
    func number(_ range: ClosedRange<Int>) throws(TaskFileError.Mistake) -> Int {
        guard let number = Int(try self.text), range.contains(number) else {
            throw self.mistake(
                "'\(try self.text)' is no whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws(TaskFileError.Mistake) -> Choice where Choice.RawValue == String {
        let text = try self.text
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw self.mistake("'\(text)' is not among \(names)")
    }
}

extension TaskFileError.Mistake: Error {}
