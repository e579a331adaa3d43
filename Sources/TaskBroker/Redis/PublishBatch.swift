/// Messages that one call of ``PublishScript`` sends.
struct PublishBatch: Sendable {
    /// A bounded queue.
    struct BoundedQueue: Hashable, Sendable {
        let name: String
        let bound: QueueBound
    }

    /// Where the messages stand in what was to be sent.
    private(set) var indices: [Int] = []
    /// The messages.
    private(set) var publications: [RedisPublication] = []
    /// The bounded queues that they go to.
    private(set) var queues: [BoundedQueue] = []
    /// How many of the messages go to each of them, if no key is taken.
    private var wanted: [String: Int] = [:]
    private var byteCount = 0
}

extension PublishBatch {
    /// The most messages of a batch: every loop of a script is bounded.
    private static let maximumCount = 500
    /// How much goes into one batch, and has to be answered within one deadline.
    private static let maximumBytes = 4 << 20

    /// Puts messages into batches, in order.
    ///
    /// No batch has more messages for a queue than it may hold, so that in time there can be room for each. Messages with a unique
    /// key are kept apart from those without, because only they can be sent again. If all are to be taken as a whole, there is one batch.
    static func batches(of publications: [(Int, RedisPublication)], _ terms: PublishTerms) -> [PublishBatch] {
        var batches: [PublishBatch] = []
        for (index, publication) in publications {
            let isFull = batches.last.map { !terms.isWhole && !$0.hasRoom(for: publication, terms) } ?? true
            if isFull { batches.append(PublishBatch()) }
            batches[batches.count - 1].append(publication, at: index, terms)
        }
        return batches
    }

    /// How long sending it may be tried again.
    var retryWindow: Duration {
        self.publications.map { $0.unique?.retryWindow ?? .zero }.min() ?? .zero
    }

    /// Whether a queue could never take all of it.
    func exceeds(_ queue: BoundedQueue) -> Bool {
        self.wanted[queue.name, default: 0] > queue.bound.maxLength
    }

    private func hasRoom(for publication: RedisPublication, _ terms: PublishTerms) -> Bool {
        guard self.publications.count < Self.maximumCount,
            self.byteCount + publication.payload.count <= Self.maximumBytes,
            (self.publications.last?.unique == nil) == (publication.unique == nil)
        else { return false }
        return publication.queues.allSatisfy { queue in
            terms.bounds[queue].map { self.wanted[queue, default: 0] < $0.maxLength } ?? true
        }
    }

    private mutating func append(_ publication: RedisPublication, at index: Int, _ terms: PublishTerms) {
        self.indices.append(index)
        self.publications.append(publication)
        self.byteCount += publication.payload.count
        for name in publication.queues.sorted() {
            guard let bound = terms.bounds[name] else { continue }
            if self.wanted[name] == nil { self.queues.append(BoundedQueue(name: name, bound: bound)) }
            self.wanted[name, default: 0] += 1
        }
    }
}
