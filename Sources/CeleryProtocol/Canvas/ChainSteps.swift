/// The tasks of a chain, made ready to run one after the other.
struct ChainSteps {
    /// The tasks, the last one first, as they travel in messages: a worker takes the next one from the end.
    private(set) var tasks: [SignatureNode] = []
    /// The result of each task, without those before it.
    private var results: [ResultNode] = []
    /// What has still to be made ready, the next one last.
    private var waiting: [SignatureNode]
    /// How many groups in a row became the header of a chord, each with the one before as its body.
    private var upgrades = 0

    /// Freezes the tasks of a chain.
    ///
    /// - Parameters:
    ///   - steps: The tasks in the order in which they run.
    ///   - placement: Where the chain stands. Its last task gets all of it, the others only the root's id.
    ///   - isRunning: Whether the chain is about to run. Then chords whose body is a chain keep only its first task, the
    ///     rest follows the chord: each task of the header would carry a copy of all of it.
    init(
        _ steps: [SignatureNode],
        at placement: Placement,
        isRunning: Bool = false,
        makeID: () -> String
    ) throws(CanvasError) {
        self.waiting = Self.normalized(steps)
        while var task = self.waiting.popLast()?.unrolled {
            task.divideChunks()
            if task.isEmptyGroup, !self.waiting.isEmpty || !self.tasks.isEmpty {
                continue
            }
            if isRunning, let split = task.splitChord() {
                self.waiting.append(contentsOf: split)
                continue
            }
            if case .chain(let inner) = task.kind {
                self.waiting.append(contentsOf: inner)
                continue
            }
            try self.add(task, at: placement, makeID: makeID)
        }
    }

    /// The result of the last task, whose ancestors are those before it.
    var result: ResultNode? {
        guard var result = self.results.first else { return nil }
        for earlier in self.results.dropFirst() {
            result.attach(earlier)
        }
        return result
    }

    private mutating func add(
        _ task: SignatureNode,
        at placement: Placement,
        makeID: () -> String
    ) throws(CanvasError) {
        var task = task
        let isLast = self.tasks.isEmpty
        if task.isGroup, let next = self.tasks.popLast() {
            self.results.removeLast()
            self.upgrades += 1
            guard self.upgrades < CanvasLimits.maximumDepth else { throw .tooDeep }
            task = SignatureNode(.chord(header: task, body: next))
        } else {
            self.upgrades = 0
        }
        let place = isLast ? placement : Placement(rootID: placement.rootID)
        self.results.append(try task.freeze(place, makeID: makeID))
        self.tasks.append(task)
    }

    /// The steps without chains and empty groups at the head, so that the first task that really runs is the one that
    /// gets the arguments.
    private static func normalized(_ steps: [SignatureNode]) -> [SignatureNode] {
        var waiting = Array(steps.reversed())
        var emptyGroup: SignatureNode?
        while let head = waiting.last?.unrolled {
            if case .chain(let tasks) = head.kind {
                waiting.removeLast()
                waiting.append(contentsOf: tasks.reversed())
            } else if head.isEmptyGroup, waiting.count > 1 {
                emptyGroup = waiting.removeLast()
            } else {
                break
            }
        }
        if let emptyGroup, waiting.isEmpty {
            return [emptyGroup]
        }
        return waiting.reversed()
    }
}
