/// What `help` explains beside commands.
enum HelpTopic: String {
    case exitCodes = "exit-codes"
    case json

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
        }
    }

    private static let documents = """
        JSON DOCUMENTS:
        Every document is one object on one line, ASCII only, with "schema" (\(JSONDocument.schema)) and "kind" beside the members
        below. Lists have their elements in "items". Streams write one document a line. Times are ISO 8601 in UTC, durations are
        seconds, and what is not known is null. Within a schema number members are only added.

        KIND         OF                     MEMBERS
        sent         send                   id, task, duplicate
        bulk         send --from            sent, duplicates, rejected, ids
        message      send --dry-run         the wire message: body, headers, properties
        result       result ID...           id, state, value, error {type, message}, traceback, done
        status       status ID              id, state, task, queue, worker, retries, deliveries, place, eta, done
        workers      status                 items: node, pid, queues, concurrency, active, processed, started, seen
        queues       queue ls               items: name, ready, delayed, running, dead, paused
        messages     queue peek, dead ls    items: id, task, queue, position, args, kwargs, retries, eta, reason, died
        changed      other queue and dead   action, queue, count
        version      version                name, version, library

        """
}
