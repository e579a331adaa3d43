package import CeleryProtocol

/// What a worker offers to those who look at it and command it from afar.
///
/// ``ControlServer`` turns Celery's commands into these calls and their outcomes into Celery's replies. Calls may come at any
/// time, several at once, also while the worker starts or shuts down; none may wait for a task to end.
package protocol WorkerControl: Sendable {
    /// The node name, `celery@host`.
    var node: String { get }

    /// What the worker is and does at this moment.
    func status() async -> WorkerStatus

    /// The tasks that it holds until their time has come, or some of them: those that are due first, as far as an answer can
    /// hold them.
    func scheduledTasks() async -> [HeldTask]

    /// The tasks that the worker can run, built-in ones included, in any order.
    func registeredTasks() async -> [RegisteredTask]

    // MARK: Revocation

    /// The ids of revoked tasks that this worker remembers, the oldest first.
    ///
    /// - Parameter includingMerged: Whether those are among them that it knows from ``mergeRevoked(_:)`` only. They are not told
    ///   onwards: workers that tell each other would keep them alive for ever.
    func revokedTasks(includingMerged: Bool) async -> [String]

    /// Remembers ids that another worker has revoked (`hello`); nothing else happens to the tasks now.
    ///
    /// - Parameter ids: The oldest first, as they came; what is no id is ignored.
    func mergeRevoked(_ ids: [String]) async

    /// Remembers the ids as revoked, and stores `REVOKED` for those that do not run and have no result
    /// (`celery-wire.md` §9.6).
    ///
    /// - Parameter signal: Not `nil` to stop the tasks here too; a name as in Celery. Tasks that run in the worker's process are
    ///   cancelled, whatever the signal: it cannot be sent to one of them.
    /// - Returns: The ids of the tasks that this worker had, running or not yet, and stopped; empty without a signal.
    func revoke(_ ids: [String], terminating signal: String?) async throws -> [String]

    /// Remembers stamps as revoked: every task that carries one of the values under that name is not run.
    ///
    /// - Returns: The stamps of running tasks that were stopped, by name; empty without a signal.
    func revokeStamped(
        _ stamps: [String: [JSONValue]],
        terminating signal: String?
    ) async throws -> [String: [JSONValue]]

    // MARK: Limits

    /// Sets how often tasks of a name start here.
    ///
    /// - Parameters:
    ///   - rate: Starts per second; `nil` for no limit.
    ///   - text: How the operator wrote it (`10/m`), for `inspect registered`.
    /// - Returns: Whether the worker knows the task.
    func setRateLimit(_ rate: Double?, writtenAs text: String?, ofTask name: String) async -> Bool

    /// Sets how long tasks of a name may run here, from the next one on; `nil` is no limit.
    ///
    /// - Returns: Whether the worker knows the task.
    func setTimeLimits(hard: Duration?, soft: Duration?, ofTask name: String) async -> Bool

    // MARK: Events

    /// Switches the events about tasks.
    ///
    /// - Returns: Whether that changed anything.
    func setTaskEvents(enabled: Bool) async -> Bool

    /// Sends `worker-heartbeat` now, with a `freq` of 5 as Celery's workers do when they are asked.
    func sendHeartbeat() async

    /// Takes part in an election of Celery's gossip: sends `worker-elect` with these fields and `cver` 1.
    func elect(id: String, topic: String, action: JSONValue) async

    // MARK: Work

    /// Runs `count` more tasks at once, or fewer if it is negative; what runs goes on.
    ///
    /// - Throws: What to answer instead, as when fewer than one would be left: see ``ControlError``.
    func changeConcurrency(by count: Int) async throws

    /// Replaces the task hosts by new ones when their tasks have ended.
    func restartHosts() async throws

    /// Changes the bounds between which the worker scales itself; `nil` leaves one as it is.
    ///
    /// - Returns: The bounds now.
    /// - Throws: ``ControlError/autoscaleNotEnabled`` if it does not.
    func autoscale(max: Int?, min: Int?) async throws -> AutoscaleBounds

    /// Takes from another queue from now on, having declared it.
    func addConsumer(_ queue: Queue) async throws

    /// Takes nothing more from a queue; one that is not consumed is none of its business.
    func cancelConsumer(_ queue: String) async throws

    /// Begins a warm shutdown and returns at once.
    func shutDown() async
}
