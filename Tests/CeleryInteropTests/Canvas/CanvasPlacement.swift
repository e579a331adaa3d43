import Testing

/// Which kind of worker runs each task of a canvas: the placements of `canvas/placement.py`.
enum CanvasPlacement: String, CaseIterable, Sendable, CustomTestStringConvertible {
    /// All of them a Python worker: what the others are compared with.
    case python
    /// All of them our worker.
    case swift
    /// A Python worker and ours by turns.
    case pythonFirst = "python-first"
    /// The same the other way round, so that each task has had both.
    case swiftFirst = "swift-first"
    /// Whoever takes it.
    case shared

    var testDescription: String {
        switch self {
        case .python: "Python workers"
        case .swift: "our worker"
        case .pythonFirst: "Python and our worker by turns"
        case .swiftFirst: "our and a Python worker by turns"
        case .shared: "both on one queue"
        }
    }
}
