import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// Workers that do everything to a few chords that workers can do, in a random order.
///
/// The members of a chord are plain tasks and the bodies of other chords. A message is the id of its task: `3.1` is the member 1 of
/// chord 3, and `3` its body.
struct ChordSimulation<Stage: ChordStage> {
    private struct Chord {
        /// The ids of its members, in order.
        var members: [String] = []
    }

    private struct Worker {
        let consumer: any Consumer
        /// What it has taken and not ended, as far as it knows.
        var held: [ClaimedMessage] = []
        /// What waits for the bodies of the chords that it has completed.
        var joining: [Joining] = []
    }

    private struct Joining {
        let message: ClaimedMessage
        var settlement: Settlement
        var completed: [ChordPart]
    }

    private let stage: Stage
    private var random: SeededGenerator
    private var workers: [Worker]
    private var chords: [Chord] = []
    /// For each task that is part of a chord, which and where.
    private var places: [String: (chord: Int, index: Int)] = [:]
    /// The tasks whose parts have been counted.
    private var reported: Set<String> = []

    init(seed: UInt64, stage: Stage, consumers: [any Consumer]) {
        self.random = SeededGenerator(seed: seed)
        self.stage = stage
        self.workers = consumers.map { Worker(consumer: $0) }
    }
}

extension ChordSimulation {
    /// Lets `count` things happen, and then everything come to its end.
    mutating func run(_ count: Int) async throws {
        try await self.start()
        for _ in 0..<count { try await self.happen() }

        // Three times, because a message whose chord somebody else held comes back when that claim has run out.
        for _ in 0..<3 {
            for chord in self.chords.indices { try await self.stage.forgetOwner(of: "\(chord)") }
            try await self.stage.loseLeases(self.workers[0].consumer)
            for index in self.workers.indices { self.crash(index) }
            for _ in 0..<100 {
                while !self.workers[0].joining.isEmpty { try await self.join(0) }
                try await self.settleHeld(0, count: .max, claiming: 100)
                if self.workers[0].held.isEmpty, self.workers[0].joining.isEmpty { break }
            }
        }
        let ended = try await self.ended()
        #expect(ended.map(\.chord).sorted() == Array(self.chords.indices))
        for (chord, members) in ended { #expect(members == self.chords[chord].members) }
    }

    /// Makes some chords known, a few of them members of others, and sends their headers.
    private mutating func start() async throws {
        self.chords = (0..<5).map { _ in Chord() }
        for index in self.chords.indices {
            for _ in 0..<Int.random(in: 1...5, using: &self.random) {
                self.add("\(index).\(self.chords[index].members.count)", to: index)
            }
            if index > 0, Bool.random(using: &self.random) {
                self.add("\(index)", to: Int.random(in: 0..<index, using: &self.random))
            }
        }
        let starts = self.chords.enumerated().map { ChordStart(groupID: "\($0)", size: $1.members.count) }
        try await self.stage.backend.prepare(groups: [], chords: starts, expires: .seconds(600))
        let plain = self.places.keys.filter { $0.contains(".") }.sorted()
        try await self.send(plain.shuffled(using: &self.random))
    }

    private mutating func add(_ task: String, to chord: Int) {
        self.places[task] = (chord, self.chords[chord].members.count)
        self.chords[chord].members.append(task)
    }

    private mutating func happen() async throws {
        let index = Int.random(in: self.workers.indices, using: &self.random)
        switch Int.random(in: 0..<16, using: &self.random) {
        case 0..<8:
            let count = Int.random(in: 0...3, using: &self.random)
            try await self.settleHeld(index, count: count, claiming: Int.random(in: 0...3, using: &self.random))
        case 8..<12 where !self.workers[index].joining.isEmpty:
            try await self.join(index)
        case 12:
            self.crash(index)
        case 13:
            try await self.stage.loseLeases(self.workers[index].consumer)
        case 14:
            // Somebody else has delivered it twice.
            let plain = self.places.keys.filter { $0.contains(".") }.sorted()
            if let task = plain.randomElement(using: &self.random) { try await self.send([task]) }
        default:
            let chord = Int.random(in: self.chords.indices, using: &self.random)
            try await self.stage.forgetOwner(of: "\(chord)")
        }
    }

    private mutating func crash(_ index: Int) {
        self.workers[index].held = []
        self.workers[index].joining = []
    }

    private func send(_ tasks: [String]) async throws {
        _ = try await self.stage.broker.publish(tasks.map { Publication($0, to: "q") })
    }
}

// MARK: Tasks

extension ChordSimulation {
    /// A worker ends some of its tasks, each with success or failure, and takes others.
    private mutating func settleHeld(_ index: Int, count: Int, claiming: Int) async throws {
        var messages: [ClaimedMessage] = []
        while messages.count < count, !self.workers[index].held.isEmpty {
            let place = Int.random(in: self.workers[index].held.indices, using: &self.random)
            messages.append(self.workers[index].held.remove(at: place))
        }
        let settlements = messages.map { message in
            let isFailure = Int.random(in: 0..<8, using: &self.random) == 0
            let part = self.part(of: message.text, state: isFailure ? "FAILURE" : "SUCCESS")
            return message.report(parts: part.map { [$0] } ?? [])
        }
        try await self.settle(index, zip(messages, settlements).map { ($0, $1) }, claiming: claiming)
    }

    /// The part that a task reports, if it is a member.
    private func part(of task: String, state: String) -> ChordPart? {
        self.places[task].map { place in
            ChordPart(groupID: "\(place.chord)", taskID: task, groupIndex: place.index, state: state, result: .null)
        }
    }

    private mutating func settle(
        _ index: Int,
        _ items: [(ClaimedMessage, Settlement)],
        claiming: Int = 0
    ) async throws {
        let reply = try await self.workers[index].consumer.settle(items.map(\.1), claiming: claiming)
        self.workers[index].held += reply.messages
        for (position, (message, settlement)) in items.enumerated() {
            let parts = settlement.canvas?.parts ?? []
            if reply.isAccepted[position] || self.stage.countsLateParts { self.reported.formUnion(parts.map(\.taskID)) }
            guard let completed = reply.completions[position] else { continue }
            self.workers[index].joining.append(
                Joining(message: message, settlement: settlement, completed: completed.map { parts[$0] })
            )
        }
        for (chord, members) in try await self.ended() {
            try #require(members == self.chords[chord].members, "chord \(chord) has ended before its members")
            try #require(self.reported.isSuperset(of: members), "chord \(chord) has ended before its members")
        }
    }
}

// MARK: Bodies

extension ChordSimulation {
    /// A worker makes the bodies of the chords that a task of its has completed, as the dispatcher does.
    private mutating func join(_ index: Int) async throws {
        let joining = self.workers[index].joining.removeFirst()
        var settlement = joining.settlement
        settlement.canvas?.parts = []
        for part in joining.completed {
            let record = try await self.stage.backend.chord(part.groupID)
            let members = try record.parts.map { try JSONValue(parsing: $0).arrayValue ?? [] }
            let isSuccess = members.allSatisfy { $0[2] == "SUCCESS" }
            let note = ([part.groupID] + members.compactMap { $0[1].stringValue }).joined(separator: " ")
            var end = ChordEnd(of: part, isSuccess: isSuccess)
            end.publications = [Publication(note, to: "sent")]
            if isSuccess {
                end.publications.append(Publication(part.groupID, to: "q"))
            } else if let outer = self.part(of: part.groupID, state: "FAILURE") {
                // The body will not run, and its own chord has to know.
                settlement.canvas?.parts.append(outer)
            }
            settlement.canvas?.ends.append(end)
        }
        try await self.settle(index, [(joining.message, settlement)])
    }

    /// The chords that have ended, and what their bodies got, in the order of the header.
    private func ended() async throws -> [(chord: Int, members: [String])] {
        try await self.stage.sent().map { note in
            let words = note.split(separator: " ").map(String.init)
            return (Int(words[0]) ?? -1, Array(words.dropFirst()))
        }
    }
}
