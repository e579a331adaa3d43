/// What `help` explains beside commands.
enum HelpTopic: String {
    case exitCodes = "exit-codes"
    case json
    case control

    /// The topic of a command line `help TOPIC`.
    init?(_ arguments: [String]) {
        guard arguments.count == 2, arguments[0] == "help", let topic = Self(rawValue: arguments[1]) else { return nil }
        self = topic
    }

    /// The text, with a line break at its end.
    var text: String {
        switch self {
        case .exitCodes: "EXIT CODES:\n\(ExitStatus.table)\n"
        case .json: Self.documents
        case .control: Self.policies
        }
    }

    private static let policies = """
        REMOTE CONTROL:
        Whoever may publish to the broker can send commands to workers, as with Celery. A worker's --control says which it carries out:

        all       every command, also Celery's own 'celery control'
        inspect   those that only look, and switching events on and off
        signed    those; the others need a signature by TASKBROKER_CONTROL_KEY, which 'control' and 'inspect' make if they have it
        none      it does not listen

        Without --control it is signed where there is a key, else all where the broker is on this machine, else inspect.

        """

    private static let documents = """
        JSON DOCUMENTS:
        Every document is one object on one line, ASCII only, with "schema" (\(JSONDocument.schema)) and "kind" beside the members
        below. Lists have their elements in "items". Streams write one document a line. Times are ISO 8601 in UTC, durations are
        seconds, and what is not known is null. Within a schema number members are only added.

        KIND         OF               MEMBERS
        sent         send             id, task, duplicate; with --from one document a line
        canvas       send --chain ... id, shape, group
        result       result ID...     id, state, value, error {type, message}, traceback, done; of several ids a stream
        status       status ID        id, state, task, queue, worker, retries, place, ahead, due, reason, paused, done
        group        group show, wait id, total, succeeded, failed, items: id, state, value, error {type, message},
                                      traceback, done
        tree         task tree        id, items: id, parent, depth, group, state, task, done, delay
        workers      status           items: node, pid, queues, concurrency, active, processed, started, seen
        queues       queue ls         items: name, waiting, waiting_by_priority, running, delayed, parked, dead, paused,
                                      workers
        queue        queue show       the members of an item of queues
        messages     queue peek       items: id, task, queue, priority, retries, args, kwargs, eta, bytes, problem
        dead         dead ls          items: id, task_id, task, queue, priority, reason, died, bytes
        dead-letter  dead show        the members of an item of dead, message
        replies      inspect, control items: node, method, reply as it came
        targets      control          items: node; of --dry-run, and of methods that nobody answers to
        event        events           event as it came; a stream
        diagnosis    doctor           severity, items: check, severity, subject, summary, cause, remedy
        damage       fsck             class, severity, state, key, id, queue, detail, count; a stream, and at its end
        fsck         fsck             keys, lists, entries, healthy, items: class, found, repaired, meaning, advice
        changed      other commands   action, queue, count
        version      version          name, version, library

        send --dry-run prints the message itself, as it would travel.

        """
}
