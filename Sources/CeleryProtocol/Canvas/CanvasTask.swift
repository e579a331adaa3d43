/// The names of the tasks that Celery has for its canvas.
package enum CanvasTask {
    package static let chain = "celery.chain"
    package static let group = "celery.group"
    package static let chord = "celery.chord"
    package static let chunks = "celery.chunks"
    package static let map = "celery.map"
    package static let starmap = "celery.starmap"
    /// Returns one of its arguments, or all of them; the body of the chord that a group becomes when it replaces a task.
    package static let accumulate = "celery.accumulate"
}
