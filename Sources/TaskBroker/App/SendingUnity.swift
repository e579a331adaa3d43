/// What bounded queues do with messages that are sent together.
enum SendingUnity: Sendable {
    /// They take batch after batch, in order, until one does not fit.
    case each
    /// They take all or none: without one of its members a chord would wait for ever.
    case whole
    /// They take all, also when they are full: what has begun goes on.
    case followUp
}
