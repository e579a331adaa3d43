import CeleryProtocol

/// How long it took until work went on after faults; computed from the effect file alone.
enum Recovery {
    /// For every task that a fault interrupted, the time until it started again somewhere else; for every outage, the time until
    /// any task started.
    static func times(_ effects: [Effect], after faults: [Fault]) -> [Duration] {
        let starts = Dictionary(grouping: effects.filter { $0.kind == .start }, by: \.name)
        return faults.flatMap { fault -> [Duration] in
            switch fault.kind {
            case .killed(let process), .paused(let process):
                return Self.interrupted(effects, process, at: fault.time).compactMap { name in
                    starts[name]?.first { $0.time > fault.time && !$0.belongs(to: process) }
                        .map { $0.time.duration(since: fault.time) }
                }
            case .outage:
                let next = effects.first { $0.kind == .start && $0.time >= fault.time }
                return next.map { [$0.time.duration(since: fault.time)] } ?? []
            case .other:
                return []
            }
        }
    }

    /// The tasks that ran in a supervisor at a time.
    static func interrupted(_ effects: [Effect], _ supervisor: Int32, at time: Timestamp) -> Set<String> {
        var running: Set<String> = []
        for effect in effects where effect.belongs(to: supervisor) && effect.time <= time {
            switch effect.kind {
            case .start: running.insert(effect.name)
            case .done, .wrong: running.remove(effect.name)
            }
        }
        return running
    }
}

extension [Duration] {
    /// A quantile by the nearest rank; `nil` of nothing.
    func quantile(_ part: Double) -> Duration? {
        guard !self.isEmpty else { return nil }
        let rank = Int((part * Double(self.count)).rounded(.up))
        return self.sorted()[Swift.min(Swift.max(rank, 1), self.count) - 1]
    }
}
