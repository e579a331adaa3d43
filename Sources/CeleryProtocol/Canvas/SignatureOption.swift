/// The names of the execution options that decide how a canvas runs (celery-wire §7.1).
package enum SignatureOption {
    /// The id that the task will have, or has; of a group and of a chord, the group's id.
    package static let taskID = "task_id"
    package static let rootID = "root_id"
    package static let parentID = "parent_id"
    package static let groupID = "group_id"
    package static let groupIndex = "group_index"
    /// The body of the chord that the task is a header task of.
    package static let chord = "chord"
    /// What follows, the next signature last.
    package static let chain = "chain"
    /// Callbacks: one signature or an array of them.
    package static let link = "link"
    /// Errbacks: one signature or an array of them.
    package static let linkError = "link_error"
    package static let countdown = "countdown"
    package static let eta = "eta"
    package static let expires = "expires"
    package static let retries = "retries"
    package static let timeLimit = "time_limit"
    package static let softTimeLimit = "soft_time_limit"
    package static let shadow = "shadow"
    package static let ignoreResult = "ignore_result"
    package static let headers = "headers"
    package static let replyTo = "reply_to"
    package static let queue = "queue"
    package static let exchange = "exchange"
    package static let routingKey = "routing_key"
    package static let priority = "priority"
    package static let argsrepr = "argsrepr"
    package static let kwargsrepr = "kwargsrepr"
    package static let replacedTaskNesting = "replaced_task_nesting"
    /// The names of the options that are stamps.
    package static let stampedHeaders = "stamped_headers"

    /// Arguments of Celery's own functions that leak into serialized signatures and mean nothing in another process.
    static let local: Set<String> = [
        "add_to_parent", "app", "connection", "producer", "publisher", "result_cls", "route_name", "router",
        "task_type", "use_link",
    ]
    /// What says how a Python program is to send; signatures keep it for those that do.
    static let sending: Set<String> = [
        "compression", "delivery_mode", "exchange_type", "retry", "retry_policy", "serializer",
    ]
    /// The options that a chain uses up itself; its first task gets the others.
    static let consumedByChain: Set<String> = [
        Self.chord, Self.groupID, Self.groupIndex, Self.link, Self.linkError, Self.parentID, Self.rootID, Self.taskID,
    ]
    /// The options that travel in the body of a message instead of its headers and properties.
    static let embedded: Set<String> = [Self.chain, Self.chord, Self.link, Self.linkError]
}
