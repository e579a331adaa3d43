import CeleryProtocol
import RedisClient

extension RedisCare {
    /// For how long nobody has to take replies before they count as left behind, in seconds.
    private static let replySilence: Int64 = 60

    func settle(
        _ suspicions: [Suspicion],
        in place: CarePlace,
        _ request: ExaminationOptions
    ) async throws(TaskBrokerError) -> [Damage?] {
        var damages: [Damage?] = Array(repeating: nil, count: suspicions.count)
        // Of one page they are of few kinds, and each kind has one script.
        for kind in Set(suspicions.map(\.kind)) {
            let indices = suspicions.indices.filter { suspicions[$0].kind == kind }
            let calls = indices.map { self.call(for: suspicions[$0], request) }
            guard let script = calls.first?.script else { continue }
            let replies = try await self.ask { () throws(RedisError) in
                try await self.client(of: place).evaluate(script, calls.map { ($0.keys, $0.arguments) })
            }
            for (index, reply) in zip(indices, replies) {
                damages[index] = Self.damage(of: suspicions[index], reply)
            }
        }
        return damages
    }

    /// The script that settles a suspicion, and what it is called with.
    private func call(
        for suspicion: Suspicion,
        _ request: ExaminationOptions
    ) -> (script: RedisScript, keys: [String], arguments: RESPArguments) {
        let repair = request.repairs(suspicion.kind) ? "1" : "0"
        let id = suspicion.id ?? ""
        let domain = ClaimDomain(list: suspicion.list ?? "")
        let pair = suspicion.place.map { $0.keys(of: suspicion.list ?? "") }
        let pairKeys = pair.map { [$0.times, $0.messages] } ?? []
        switch suspicion.kind {
        case .lostMessage where suspicion.place == .claims:
            return (MendScript.lostClaims, pairKeys, RESPArguments([repair, id]))
        case .lostMessage, .lostUnacknowledged:
            return (MendScript.lostMessage, pairKeys, RESPArguments([repair, id]))
        case .claimWithoutLease:
            let delay = String(Self.lease(ofBatch: id, request))
            return (MendScript.lostLease, pairKeys + [domain.wait], RESPArguments([repair, id, delay]))
        case .unscheduledMessage, .unlistedDeadLetter, .unacknowledgedWithoutTime:
            let unit = suspicion.place == .unacknowledged ? "1000" : "1"
            return (MendScript.lostTime, pairKeys, RESPArguments([repair, id, unit]))
        case .doubledMessage:
            let keys = [domain.lease, domain.infl, domain.eta, domain.etam, domain.park, domain.dead, domain.deadm]
            return (MendScript.doubledMessage, keys, RESPArguments([repair, id]))
        case .strayParking:
            return (MendScript.strayParking, [domain.park, domain.eta, domain.etam], RESPArguments([repair, id]))
        case .badCounter:
            return (MendScript.badCounter, [domain.dlv], RESPArguments([repair, id]))
        case .expiringCompanion, .expiringQueue:
            return (MendScript.lifetime, [suspicion.key], RESPArguments([repair, ""]))
        case .immortalKey:
            let lifetime = RedisKeys.lifetime(of: suspicion.key) ?? RedisKeys.beatLifetime
            return (MendScript.lifetime, [suspicion.key], RESPArguments([repair, String(lifetime)]))
        case .resultWithoutExpiry:
            let lifetime = String(RedisKeys.resultLifetime)
            return (MendScript.lifetime, [suspicion.key], RESPArguments([repair, lifetime]))
        case .wrongType:
            let type = ([(domain.list, "list"), (domain.beat, "hash")] + domain.lasting)
                .first { $0.0 == suspicion.key }?.1
            return (MendScript.wrongType, [suspicion.key], RESPArguments(["0", type ?? ""]))
        case .orphanedReplies:
            return self.repliesCall(suspicion.key, repair, request)
        case .expiredBindings:
            let keys = [suspicion.key, RedisKeys.permanentBindings(of: id), RedisKeys.bindingDeadlines]
            let mayGo = RedisKeys.isInternalTable(suspicion.key) ? "1" : "0"
            return (LeftoverScript.bindings, keys, RESPArguments([repair, id, mayGo]))
        case .stuckChord, .miscountedChord:
            let chord = ChordKeys(groupID: id)
            let keys = [chord.parts, chord.additions, chord.size, chord.counted, chord.claim]
            let silence = String(max(0, request.quietTime.components.seconds))
            return (LeftoverScript.chord, keys, RESPArguments(["0", silence]))
        }
    }

    private func repliesCall(
        _ queue: String,
        _ repair: String,
        _ request: ExaminationOptions
    ) -> (script: RedisScript, keys: [String], arguments: RESPArguments) {
        let client = String(queue.dropLast(RedisKeys.replySuffix.count))
        let binding = Binding(queue: queue, exchange: .direct(ControlExchange.replies), routingKey: client)
        let keys = [
            queue, RedisKeys.bindings(of: ControlExchange.replies),
            RedisKeys.permanentBindings(of: ControlExchange.replies),
        ]
        let silence = String(max(0, min(Self.replySilence, request.quietTime.components.seconds)))
        return (LeftoverScript.replies, keys, RESPArguments([repair, silence, binding.member, "10000"]))
    }

    /// For how many ms a batch without a lease gets one: a whole lease if its worker lives, which renews it if it still has the tasks,
    /// and none if it does not.
    private static func lease(ofBatch id: String, _ request: ExaminationOptions) -> Int64 {
        let nonce = String(id.prefix { $0 != ":" })
        return request.nonces.contains(nonce) ? request.lease.inMilliseconds : 0
    }

    private static func damage(of suspicion: Suspicion, _ reply: RESPValue) -> Damage? {
        var damage = Damage(
            suspicion.kind,
            key: suspicion.key,
            id: suspicion.id,
            queue: suspicion.list.map(Priority.queue(ofList:)),
            detail: suspicion.detail
        )
        if let chord = reply.array {
            let numbers = chord.compactMap(\.integer)
            guard numbers.count == 4 else { return nil }
            damage.kind = numbers[0] == 1 ? .stuckChord : .miscountedChord
            damage.detail = "\(numbers[1]) of \(numbers[2]) parts, \(numbers[3]) counted"
            return damage
        }
        switch reply.integer {
        case 1: return damage
        case 2: damage.state = .repaired
        case 3: damage.state = .pending
        default: return nil
        }
        return damage
    }
}
