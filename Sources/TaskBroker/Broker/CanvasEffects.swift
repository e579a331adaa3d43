package import CeleryProtocol

/// What the end of a task writes for the canvas that it is part of, in the same step as everything else.
package struct CanvasEffects: Sendable, Hashable {
    /// The sizes of chords whose headers are among the settlement's messages.
    package var chords: [ChordStart]
    /// The structures of their headers.
    package var groups: [SavedGroup]
    /// The parts that it reports to chords.
    ///
    /// If one of them is the last of its chord, the claim does not end: the results and the parts are stored, and the worker is
    /// told to send the chord's body and to settle again. So a worker that dies in between leaves a message behind, and
    /// whoever takes it sends the body.
    package var parts: [ChordPart]
    /// The chords whose bodies are sent with this settlement.
    package var ends: [ChordEnd]
    /// The headers of the task, for what is sent on its behalf.
    package var origin: TaskHeaders
    /// How long the keys of groups and chords are kept; `nil` for ever.
    package var expires: Duration?

    package init(
        origin: TaskHeaders,
        chords: [ChordStart] = [],
        groups: [SavedGroup] = [],
        parts: [ChordPart] = [],
        ends: [ChordEnd] = [],
        expires: Duration?
    ) {
        self.origin = origin
        self.chords = chords
        self.groups = groups
        self.parts = parts
        self.ends = ends
        self.expires = expires
    }
}

extension CanvasEffects {
    /// Whether there is nothing to write.
    package var isEmpty: Bool {
        self.chords.isEmpty && self.groups.isEmpty && self.parts.isEmpty && self.ends.isEmpty
    }
}

/// The end of a chord: what its last part brings about, if nobody else has done it.
package struct ChordEnd: Sendable, Hashable {
    /// The group of the header.
    package var groupID: String
    /// What the chord is claimed with, see ``ChordPart/token``.
    package var token: String
    /// Whether the header succeeded; after a failure its parts are kept, as Celery keeps them.
    package var isSuccess: Bool
    /// Results to store: the failure of the body.
    package var results: [ResultWrite]
    /// Messages to send: the body, or its errbacks.
    package var publications: [Publication]
    /// The sizes of chords among them.
    package var chords: [ChordStart]
    /// The structures of their headers.
    package var groups: [SavedGroup]

    package init(
        groupID: String,
        token: String,
        isSuccess: Bool,
        results: [ResultWrite] = [],
        publications: [Publication] = [],
        chords: [ChordStart] = [],
        groups: [SavedGroup] = []
    ) {
        self.groupID = groupID
        self.token = token
        self.isSuccess = isSuccess
        self.results = results
        self.publications = publications
        self.chords = chords
        self.groups = groups
    }
}

extension ChordPart {
    /// What the reporter of the last part claims the chord with.
    ///
    /// Made from the task's id and not from chance, as Celery's is: if its worker dies before the body is sent, the message comes
    /// back to another one, which gets the claim again at once instead of waiting for it to expire.
    package var token: String { "tb:" + self.taskID }
}

/// What is stored about a chord whose parts have all come.
package struct ChordRecord: Sendable, Hashable {
    /// The members of the header, if some of them are groups.
    package var structure: ResultNode?
    /// The parts in the order of the header, as JSON.
    package var parts: [String]

    package init(structure: ResultNode?, parts: [String]) {
        self.structure = structure
        self.parts = parts
    }
}
