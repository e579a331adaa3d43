import CeleryProtocol
import TaskBroker

/// Prints what `fsck` finds: a line for each damage while it looks, and the sums at the end.
struct FsckReport: Sendable {
    private let session: AppSession

    init(_ session: AppSession) {
        self.session = session
    }

    private var isJSON: Bool { self.session.options.json }
}

extension FsckReport {
    /// The classes with what they mean, for the help.
    static var classes: String {
        let kinds = Damage.Kind.allCases
        let width = kinds.reduce(0) { max($0, $1.rawValue.count) }
        return kinds.map { kind in
            let padding = String(repeating: " ", count: width - kind.rawValue.count)
            return "\(kind.rawValue)\(padding)  \(kind.meaning)"
        }
        .joined(separator: "\n")
    }

    /// Prints one damage.
    func print(_ damage: Damage) throws {
        let console = self.session.console
        if self.isJSON { return try console.print(JSONDocument("damage", damage.members)) }
        let state = damage.state.rawValue
        let padding = String(repeating: " ", count: max(0, 8 - state.count))
        let place = [damage.key, damage.id, damage.detail, damage.count > 1 ? "and \(damage.count - 1) more" : nil]
        try console.print(
            [
                console.palette.paint(state, damage.state.style) + padding,
                console.palette.paint(damage.kind.rawValue, damage.kind.severity.style),
                TerminalText.escape(place.compactMap { $0 }.joined(separator: "  ")),
            ]
            .joined(separator: "  ")
        )
    }

    /// Prints the sums, and what to do next.
    func print(_ report: ExaminationReport) throws {
        let console = self.session.console
        if self.isJSON { return try console.print(JSONDocument("fsck", report.members)) }
        let kinds = Damage.Kind.allCases.filter { report.found[$0, default: 0] > 0 }
        if !kinds.isEmpty {
            try console.print("")
            try console.print(Self.table(kinds, report))
        }
        for kind in kinds {
            let rest = report.found[kind, default: 0] - report.repaired[kind, default: 0]
            if let advice = kind.advice { console.note("\(kind.rawValue): \(advice)") }
            guard rest > 0, kind.isRepairable, !kind.isOptional else { continue }
            let next = self.session.console.errorPalette.paint("fsck --repair", .bold)
            console.note("\(kind.rawValue): \(next): \(kind.repair ?? "").")
        }
        let progress = report.progress
        let looked = "\(progress.keys.counted("key")), \(progress.lists.counted("list")), \(progress.entries) entries"
        console.note(kinds.isEmpty ? "Nothing is wrong (\(looked))." : "Looked at \(looked).")
    }

    private static func table(_ kinds: [Damage.Kind], _ report: ExaminationReport) -> Table {
        var table = Table([.text("class"), .number("found"), .number("repaired"), .text("what it is")])
        for kind in kinds {
            table.append([
                Table.Cell(kind.rawValue, kind.severity.style),
                "\(report.found[kind, default: 0])", "\(report.repaired[kind, default: 0])", Table.Cell(kind.meaning),
            ])
        }
        return table
    }
}

extension Damage.State {
    /// How the state looks.
    fileprivate var style: Style? { self == .repaired ? .green : .yellow }
}

extension Severity {
    /// How the severity looks.
    var style: Style? {
        switch self {
        case .ok: .green
        case .notice: nil
        case .warning: .yellow
        case .problem: .red
        }
    }
}

extension Damage {
    /// The members of the document of `--json`.
    fileprivate var members: [String: JSONValue] {
        [
            "class": .string(self.kind.rawValue),
            "severity": .string(self.kind.severity.rawValue),
            "state": .string(self.state.rawValue),
            "key": .string(self.key),
            "id": .text(self.id),
            "queue": .text(self.queue),
            "detail": .text(self.detail),
            "count": .count(self.count),
        ]
    }
}

extension ExaminationReport {
    /// The members of the document of `--json`.
    fileprivate var members: [String: JSONValue] {
        [
            "keys": .count(self.progress.keys),
            "lists": .count(self.progress.lists),
            "entries": .count(self.progress.entries),
            "healthy": .bool(!self.needsAttention),
            "items": .array(
                Damage.Kind.allCases.compactMap { kind in
                    guard let found = self.found[kind] else { return nil }
                    return .object([
                        "class": .string(kind.rawValue),
                        "found": .count(found),
                        "repaired": .count(self.repaired[kind, default: 0]),
                        "meaning": .string(kind.meaning),
                        "advice": .text(kind.advice),
                    ])
                }
            ),
        ]
    }
}
