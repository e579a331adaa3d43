import Testing

/// The jobs of the project, done with `taskctl` processes as a person would do them, one after the other.
///
/// Each suite has a Redis of its own with a password: broker in database 1, results in database 2 (scenario S1).
@Suite(.serialized, .timeLimit(.minutes(10))) struct Scenarios {}
