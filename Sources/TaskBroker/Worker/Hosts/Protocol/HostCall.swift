import CeleryProtocol

/// What a task wants of its supervisor, which has the connections: the frame `call`, answered by a ``HostReply``.
enum HostCall: Sendable {
    case publish([Publication], PublishTerms = PublishTerms())
    case declare([Queue])
    case revoke([Revocation], RevocationLimits)
    case store([ResultWrite])
    case results(of: [String])
    case forget([String])
    case prepare([SavedGroup], [ChordStart], expires: Duration?)
    case group(String)
    case forgetGroup(String)
    case chord(String)
    case extendChord(String, expires: Duration?)
    case inspect(HostInspection)
    /// Pass on the results of tasks as they are announced, until `unwatch`.
    case watch([String])
    /// End the `watch` with this id.
    case unwatch(Int64)
}

/// What is wanted, by its name in `call`.
enum HostMethod: String {
    case publish
    case declare
    case revoke
    case store
    case results
    case forget
    case prepare
    case group
    case forgetGroup = "forget_group"
    case chord
    case extendChord = "extend_chord"
    case inspect
    case watch
    case unwatch
}

// MARK: Write

extension HostCall {
    /// The frame that says so.
    func frame(_ id: Int64) -> HostFrame {
        var head = self.head
        head[.id] = .integer(id)
        head[.method] = .string(self.method.rawValue)
        return HostFrame(.call, head, body: self.body)
    }

    private var method: HostMethod {
        switch self {
        case .publish: .publish
        case .declare: .declare
        case .revoke: .revoke
        case .store: .store
        case .results: .results
        case .forget: .forget
        case .prepare: .prepare
        case .group: .group
        case .forgetGroup: .forgetGroup
        case .chord: .chord
        case .extendChord: .extendChord
        case .inspect: .inspect
        case .watch: .watch
        case .unwatch: .unwatch
        }
    }

    private var head: HostMembers {
        switch self {
        case .publish(let publications, let terms):
            terms.head(of: publications)
        case .declare(let queues): [.queues: .array(queues.map(\.json))]
        case .revoke(let revocations, let limits):
            [
                .revocations: .array(revocations.map(\.json)),
                .lifetime: .double(limits.lifetime.inSeconds),
                .count: .integer(Int64(limits.maximumCount)),
            ]
        case .store(let writes): [.results: .array(writes.map(\.json))]
        case .results(let ids), .forget(let ids), .watch(let ids): [.tasks: .array(ids.map { .string($0) })]
        case .prepare(let groups, let chords, let expires):
            [
                .groups: .array(groups.map(\.json)),
                .chords: .array(chords.map(\.json)),
                .expires: .seconds(expires),
            ]
        case .group(let id), .forgetGroup(let id), .chord(let id): [.group: .string(id)]
        case .extendChord(let id, let expires): [.group: .string(id), .expires: .seconds(expires)]
        case .inspect(let inspection): [.value: (try? JSONValue(encoding: inspection)) ?? .null]
        case .unwatch(let id): [.watch: .integer(id)]
        }
    }

    private var body: [UInt8] {
        switch self {
        case .publish(let publications, _): Array(publications.map(\.payload).joined())
        case .store(let writes): Array(writes.map(\.payload).joined())
        default: []
        }
    }
}

// MARK: Read

extension HostCall {
    /// Reads a call; `nil` for one that this version does not know.
    init?(_ frame: HostFrame) throws(HostProtocolError) {
        guard let method = HostMethod(rawValue: try frame.string(.method)) else { return nil }
        switch method {
        case .publish:
            guard let terms = PublishTerms(frame) else { throw .badField(.bounds, of: frame.kind) }
            self = .publish(try frame.parts(.messages, Publication.init), terms)
        case .declare: self = .declare(try frame.elements(.queues, Queue.init(json:)))
        case .revoke:
            let limits = RevocationLimits(
                lifetime: frame.duration(.lifetime) ?? .seconds(86_400),
                maximumCount: Int(clamping: frame[.count]?.integerValue ?? 50_000)
            )
            self = .revoke(try frame.elements(.revocations, Revocation.init(json:)), limits)
        case .store: self = .store(try frame.parts(.results, ResultWrite.init))
        case .results: self = .results(of: try frame.strings(.tasks))
        case .forget: self = .forget(try frame.strings(.tasks))
        case .prepare:
            self = .prepare(
                try frame.elements(.groups, SavedGroup.init(json:)),
                try frame.elements(.chords, ChordStart.init(json:)),
                expires: frame.duration(.expires)
            )
        case .group: self = .group(try frame.string(.group))
        case .forgetGroup: self = .forgetGroup(try frame.string(.group))
        case .chord: self = .chord(try frame.string(.group))
        case .extendChord: self = .extendChord(try frame.string(.group), expires: frame.duration(.expires))
        case .inspect:
            guard let inspection = try? frame[.value]?.decode(HostInspection.self) else { return nil }
            self = .inspect(inspection)
        case .watch: self = .watch(try frame.strings(.tasks))
        case .unwatch: self = .unwatch(try frame.integer(.watch))
        }
    }
}
