package import CeleryProtocol

/// The broker of an app in a task host: what its tasks send goes up the socket, to the supervisor's connections.
///
/// A host has no connection, no URL and no password of its own, and it consumes nothing.
package struct SupervisorBroker: Broker {
    private let link: SupervisorLink

    /// How many bytes of messages go into one call; more are sent in several, in order.
    private static let maximumBatch = 4 << 20

    package init(_ link: SupervisorLink) {
        self.link = link
    }
}

// MARK: Sending

extension SupervisorBroker {
    package func run() async {
        // There is nothing to keep alive: the process ends with its link.
        let (never, _) = AsyncStream<Never>.makeStream()
        for await _ in never {}
    }

    package func verify() async throws(TaskBrokerError) {}

    package func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        var receipts: [PublishReceipt] = []
        for batch in terms.isWhole ? [publications[...]] : Self.batches(publications) {
            let reply = try await self.link.call(.publish(Array(batch), terms))
            receipts += try reply.read { frame throws(HostProtocolError) in try frame.receipts() }
            // Nothing goes after what a full queue has refused.
            if case .refused(let full)? = receipts.last {
                return receipts + publications.dropFirst(receipts.count).map { _ in .refused(full) }
            }
        }
        return receipts
    }

    private static func batches(_ publications: [Publication]) -> [ArraySlice<Publication>] {
        var batches: [ArraySlice<Publication>] = []
        var (start, bytes) = (0, 0)
        for (index, publication) in publications.enumerated() {
            if bytes + publication.payload.count > Self.maximumBatch, index > start {
                batches.append(publications[start..<index])
                (start, bytes) = (index, 0)
            }
            bytes += publication.payload.count
        }
        return start < publications.count ? batches + [publications[start...]] : batches
    }

    package func declare(_ queues: [Queue]) async throws(TaskBrokerError) {
        _ = try await self.link.call(.declare(queues))
    }

    package func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(TaskBrokerError) {
        _ = try await self.link.call(.revoke(revocations, limits))
    }

    package var address: BrokerAddress {
        BrokerAddress(
            transport: "taskhost",
            host: "",
            port: 0,
            virtualHost: "",
            url: "taskhost://",
            resultsURL: "taskhost://"
        )
    }
}

// MARK: What only a supervisor does

extension SupervisorBroker {
    static func refusal(_ what: String) -> TaskBrokerError {
        TaskBrokerError(
            .notPermitted,
            "A task host cannot \(what): it has no connection of its own. Start the worker with --hosts 0 to run its tasks "
                + "where the connections are."
        )
    }

    package func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer {
        throw Self.refusal("take tasks from queues")
    }

    package func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String?,
        boundAs queue: String?,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value {
        throw Self.refusal("listen to broadcasts")
    }

    package func reply(_ payload: [UInt8], to address: ReplyAddress) async throws(TaskBrokerError) -> Bool {
        throw Self.refusal("answer commands")
    }

    package func withReplies<Value: Sendable>(
        to address: ReplyAddress,
        _ body: (any ReplyReceiver) async throws -> Value
    ) async throws -> Value {
        throw Self.refusal("ask other workers")
    }
}

extension HostFrame {
    /// Reads a reply; one that cannot be read is the supervisor's fault.
    func read<Value>(
        _ body: (HostFrame) throws(HostProtocolError) -> Value
    ) throws(TaskBrokerError) -> Value {
        do throws(HostProtocolError) {
            return try body(self)
        } catch {
            throw TaskBrokerError(.brokerUnavailable, "The supervisor's reply cannot be read: \(error).")
        }
    }
}
