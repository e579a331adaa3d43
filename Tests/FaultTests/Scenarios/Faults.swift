import Testing

/// Real workers, a real Redis, and what can go wrong between them: reliability.md §4.2, one scenario after the other.
///
/// Tests are named by the numbers there, so that `--filter T06` finds one. Everything random comes from one seed
/// (``FaultSeed``), and how much is done from the tier (``FaultTier``).
@Suite(.serialized, .timeLimit(.minutes(60))) struct Faults {}
