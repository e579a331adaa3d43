import Testing

/// Everything between our programs and Celery 5.7.0: each case with a Python producer and our worker, and the other way round.
///
/// The suites share one fleet, because starting Celery costs more than most of them.
@Suite(.fleet, .timeLimit(.minutes(8))) struct CeleryInterop {}
