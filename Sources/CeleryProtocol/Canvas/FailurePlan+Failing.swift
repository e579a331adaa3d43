extension FailurePlan {
    /// Fails everything that was to follow in a chain, breadth first.
    ///
    /// What it consists of is read as it comes: an element that is no signature fails as far as its id can be read.
    mutating func failChain(_ chain: [JSONValue], with exception: ExceptionDocument) {
        var elements = chain
        var next = 0
        while next < elements.count, next < CanvasLimits.maximumCount {
            let element = elements[next]
            next += 1
            let options = element[SignatureField.options]
            let place = Placement(options: options?.objectValue ?? [:])
            if let id = place.id {
                self.failures.append(FailedResult(taskID: id, groupID: place.groupID, exception: exception))
            }
            let parts = element[SignatureField.kwargs]
            switch element[SignatureField.subtaskType]?.stringValue ?? element[SignatureField.task]?.stringValue {
            case SubtaskType.chord.rawValue, CanvasTask.chord:
                self.returnPart(place, exception: exception)
                if let body = parts?[SignatureField.body], !body.isNull {
                    elements.append(body)
                }
            case SubtaskType.group.rawValue, CanvasTask.group, SubtaskType.chain.rawValue, CanvasTask.chain:
                elements.append(contentsOf: parts?[SignatureField.tasks]?.arrayValue ?? [])
            default:
                self.returnPart(place, exception: exception)
            }
        }
    }

    mutating func fail(_ id: String, children: [ResultNode], exception: ExceptionDocument) {
        self.failures.append(FailedResult(taskID: id, groupID: nil, children: children, exception: exception))
    }

    /// Notes why errbacks are left out; that there are too many only once, though it may be true of each member of a group.
    mutating func note(_ problem: CanvasError) {
        guard problem != .tooManyMessages || self.problems.last != problem else { return }
        self.problems.append(problem)
    }

    /// Returns the part that a task owes to a chord, if it belongs to one.
    mutating func returnPart(_ place: Placement, exception: ExceptionDocument) {
        guard let body = place.chord, !body.isNull, let group = place.groupID, let id = place.id else { return }
        self.parts.append(
            ChordPart(
                groupID: group,
                taskID: id,
                groupIndex: place.groupIndex,
                state: "FAILURE",
                result: exception.json,
                body: body
            )
        )
    }

    /// The exception for a body that cannot even be read.
    func exception(of error: CanvasError) -> ExceptionDocument {
        ExceptionDocument(type: "ValueError", message: [.string(error.message)], module: "builtins")
    }
}

extension CanvasPlan {
    /// Does what another plan does, after what this one does.
    package mutating func append(_ other: CanvasPlan) {
        self.chords.append(contentsOf: other.chords)
        self.additions.append(contentsOf: other.additions)
        self.groups.append(contentsOf: other.groups)
        self.calls.append(contentsOf: other.calls)
        self.results.append(contentsOf: other.results)
        self.children.append(contentsOf: other.children)
    }
}

extension Placement {
    /// Where options say that a task stands; what is empty is not there.
    init(options: [String: JSONValue]) {
        self.init(
            id: options[SignatureOption.taskID]?.stringValue.flatMap { $0.isEmpty ? nil : $0 },
            groupID: options[SignatureOption.groupID]?.stringValue.flatMap { $0.isEmpty ? nil : $0 },
            chord: options[SignatureOption.chord].flatMap { $0.isNull ? Optional.none : $0 },
            rootID: options[SignatureOption.rootID]?.stringValue,
            groupIndex: options[SignatureOption.groupIndex]?.integerValue.flatMap { Int(exactly: $0) }
        )
    }
}

extension SignatureNode {
    /// Where the tasks stand that complete this signature: itself, the last task of a chain, the body of a chord, the
    /// members of a group.
    var completionPlaces: [Placement] {
        let own = Placement(options: self.options)
        switch self.kind {
        case .task, .chunks:
            return [own]
        case .chain(let tasks):
            guard let last = tasks.last else { return [] }
            return last.completionPlaces.map { $0.completed(by: own) }
        case .chord(_, let body):
            return body.completionPlaces.map { $0.completed(by: own) }
        case .group(let tasks):
            return tasks.flatMap(\.completionPlaces)
        }
    }

    /// The errbacks that are called when the header of a chord fails whose body is a group with this member.
    ///
    /// A chord's are its own and its body's, a group's its own and its members'.
    var errbacksOfResult: [JSONValue] {
        let own = self.list(SignatureOption.linkError)
        switch self.kind {
        case .task, .chain, .chunks: return own
        case .chord(_, let body): return own + body.errbacksOfResult
        case .group(let tasks): return tasks.reduce(into: own) { $0 += $1.errbacksOfResult }
        }
    }
}

extension Placement {
    /// The place of a task that completes a composition, which reports to a chord of its own if it was not frozen yet.
    fileprivate func completed(by composition: Placement) -> Placement {
        var place = self
        place.chord = place.chord ?? composition.chord
        place.groupID = place.groupID ?? composition.groupID
        place.groupIndex = place.groupIndex ?? composition.groupIndex
        return place
    }
}
