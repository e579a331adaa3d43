import CeleryProtocol
import TaskBroker

/// What is known of one chord.
struct ChordState: Hashable, Sendable {
    /// How many parts it waits for; `nil` until its header is sent, and after it has failed.
    var size: Int?
    /// How many parts were added to the header.
    var additions = 0
    /// The parts that have come, each once.
    var parts: [ChordPart] = []
    /// The token of whoever makes the body.
    var owner: String?
    /// Whether the body was sent.
    var isDone = false
}

extension InMemoryState {
    /// Makes groups and chords known.
    mutating func prepare(groups: [SavedGroup], chords: [ChordStart]) {
        for group in groups { self.groups[group.node.id] = group.node }
        for chord in chords {
            self.chords[chord.groupID, default: ChordState()].size = chord.size
            self.chords[chord.groupID]?.isDone = false
            self.chords[chord.groupID]?.owner = nil
        }
    }

    /// Counts a part once; returns whether it completes its chord and its reporter makes the body.
    mutating func report(_ part: ChordPart) -> Bool {
        var chord = self.chords[part.groupID] ?? ChordState()
        defer { self.chords[part.groupID] = chord }
        if chord.isDone { return false }
        if !chord.parts.contains(where: { $0.taskID == part.taskID && $0.groupIndex == part.groupIndex }) {
            chord.parts.append(part)
        }
        guard let size = chord.size, chord.parts.count >= size + chord.additions else { return false }
        guard chord.owner == nil || chord.owner == part.token else { return false }
        chord.owner = part.token
        return true
    }

    /// Whether the body of a chord is still for the owner of `end` to send; a chord without a size has ended.
    func isOpen(_ end: ChordEnd) -> Bool {
        self.chords[end.groupID].map { $0.owner == end.token && $0.size != nil } ?? false
    }

    /// Ends a chord; returns whether its body is for the owner of `end` to send.
    mutating func finish(_ end: ChordEnd) -> Bool {
        guard var chord = self.chords[end.groupID], self.isOpen(end) else { return false }
        if end.isSuccess {
            chord = ChordState()
            chord.isDone = true
        } else {
            chord.size = nil
        }
        self.chords[end.groupID] = chord
        return true
    }

    /// What is stored about a chord, its parts in the order of the header.
    func chordRecord(_ groupID: String) -> ChordRecord {
        let parts = self.chords[groupID]?.parts ?? []
        let sorted = parts.enumerated().sorted { left, right in
            (left.element.groupIndex ?? .max, left.offset) < (right.element.groupIndex ?? .max, right.offset)
        }
        return ChordRecord(
            structure: self.groups[groupID],
            parts: sorted.map { $0.element.memberText }
        )
    }
}
