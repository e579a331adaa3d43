/// The names in the heads of frames.
package enum HostField: String, Sendable {
    // Whom it concerns.
    case run
    case id

    // `hello`
    case version
    case pid
    case tasks
    case makesMessages = "makes_messages"
    case ignoresResult = "ignores_result"
    case isErrorHandler = "error_handler"
    case rateLimit = "rate_limit"

    // `run`
    case queue
    case redeliveries
    case stores
    case started
    case softLimit = "soft"
    case hardLimit = "hard"

    // `done`
    case outcome
    case children
    case follows
    case exception
    case traceback
    case delay
    case reason
    case requeue

    // `call`, `ask` and what answers them
    case method
    case error
    case code
    case message
    case messages
    case exchange
    case exchangeKind = "kind"
    case routingKey = "routing_key"
    case priority
    case length
    case unique
    case name
    case expires
    case results
    case groups
    case chords
    case group
    case size
    case structure
    case parts
    case revocations
    case terminates
    case stamp
    case value
    case lifetime
    case count
    case watch
    case task
    case handler
    case args
    case kwargs
    case options
    case embed
    case callbacks
    case errbacks
    case chain
    case chord
    case queues
    case bounds
    case isWhole = "whole"
    case durability
    case retry
    case timeout
    case replicas
}
