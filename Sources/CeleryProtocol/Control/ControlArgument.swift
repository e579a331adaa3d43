/// The names of the arguments of Celery's control commands.
package enum ControlArgument: String, Sendable {
    case action
    case builtins
    case exchange
    case exchangeType = "exchange_type"
    case fromNode = "from_node"
    case hard
    case headers
    case id
    case ids
    case max
    case maxDepth = "max_depth"
    case min
    case count = "n"
    case number = "num"
    case queue
    case rateLimit = "rate_limit"
    case revoked
    case routingKey = "routing_key"
    case safe
    case samples
    case signal
    case soft
    case taskID = "task_id"
    case taskInfoItems = "taskinfoitems"
    case taskName = "task_name"
    case terminate
    case topic
    case type
    case withDefaults = "with_defaults"
}
