package import CeleryProtocol

/// The end of one claim, and everything that has to happen with it.
///
/// All of it is one step: either the claim was still held and every part happened, or nothing did.
package struct Settlement: Sendable, Hashable {
    /// The claim that ends.
    package var claim: Claim
    /// Where the message goes.
    package var disposition: Disposition
    /// Results to store and to announce.
    package var results: [ResultWrite]
    /// Messages to send: the next attempt of a retried task, or what follows it in a canvas.
    package var publications: [Publication]
    /// What else a canvas wants; `nil` for most tasks, which is why it is kept elsewhere: it holds the headers of a task.
    package var canvas: CanvasEffects? {
        get { self.boxedCanvas.value }
        set { self.boxedCanvas = Boxed(newValue) }
    }
    private var boxedCanvas: Boxed<CanvasEffects>
    /// Whether the broker keeps counters for this message, which go with it when it leaves for good.
    ///
    /// Counters exist only after a redelivery or a parking; knowing that there are none saves looking for them.
    package var hasCounters: Bool

    package init(
        claim: Claim,
        disposition: Disposition,
        results: [ResultWrite] = [],
        publications: [Publication] = [],
        canvas: CanvasEffects? = nil,
        hasCounters: Bool = false
    ) {
        self.claim = claim
        self.disposition = disposition
        self.results = results
        self.publications = publications
        self.boxedCanvas = Boxed(canvas)
        self.hasCounters = hasCounters
    }
}

extension Settlement {
    /// Whether something is sent with it that follows its task.
    package var sendsMore: Bool { !self.publications.isEmpty || self.canvas != nil }

    /// Where a claimed message goes.
    package enum Disposition: Sendable, Hashable {
        /// It is done with.
        case acknowledge
        /// Back to the head of its list, to be served next: it was not started, and nothing is counted.
        case release
        /// Back to the tail of its list, as AMQP's reject with requeue.
        case requeue
        /// Out of the list until `until`, then to the head.
        case delay(until: Timestamp)
        /// Like `delay`, for a message of a task that this worker does not know; counted, and released early when a worker
        /// that knows the task starts.
        case park(until: Timestamp, task: String)
        /// To the dead letters, with the reason that an operator will read.
        case deadLetter(reason: String)
    }
}

/// A result on its way to the backend.
package struct ResultWrite: Sendable, Hashable {
    /// The id of the task; the key and the channel follow from it.
    package var taskID: String
    /// The encoded result document.
    package var payload: [UInt8]
    /// How long it is kept; `nil` keeps it for ever.
    package var expires: Duration?

    package init(taskID: String, payload: [UInt8], expires: Duration?) {
        self.taskID = taskID
        self.payload = payload
        self.expires = expires
    }
}
