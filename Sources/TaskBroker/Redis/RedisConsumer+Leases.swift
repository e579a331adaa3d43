import CeleryProtocol
import Logging
import RedisClient
import Synchronization

extension RedisConsumer {
    /// The most batches of one script.
    private static let maximumRenewals = 200
    /// The most rounds of one tick; what is left then is due at once, and the worker ticks again.
    private static let maximumRounds = 10

    func renew(_ claims: [Claim]) async throws(TaskBrokerError) -> [Claim] {
        let layout = self.layout
        // One lease for all claims of a batch that are left.
        var domains: [Substring: ClaimDomain] = [:]
        for claim in claims {
            let batch = ClaimBatch.name(ofClaim: claim.id)
            if domains[batch] == nil { domains[batch] = layout.domain(of: claim) }
        }
        var lost: Set<String> = []
        var rest = domains.map { (name: String($0.key), domain: $0.value) }[...]
        while !rest.isEmpty {
            let call = RenewScript.encode(rest.prefix(Self.maximumRenewals), lease: self.lease)
            rest = rest.dropFirst(Self.maximumRenewals)
            let reply = try await self.ask { () throws(RedisError) in
                try await self.leases.evaluate(RenewScript.script, keys: call.keys, arguments: call.arguments)
            }
            guard let batches = reply.array else { throw .unexpectedReply(of: RenewScript.script) }
            lost.formUnion(batches.compactMap(\.string))
        }
        return lost.isEmpty ? [] : claims.filter { lost.contains(String(ClaimBatch.name(ofClaim: $0.id))) }
    }

    func tick(after cursor: Timestamp) async throws(TaskBrokerError) -> TickReply {
        let domains = self.layout.domains
        var look: RESPCommand = ["EXISTS", RedisKeys.revocations]
        for domain in domains {
            // Each twice, so that an odd count tells of revocations: one command answers two questions.
            for key in [domain.list, domain.lease, domain.eta, domain.dlv] {
                look.append(key)
                look.append(key)
            }
        }
        let count: Int64
        do throws(TaskBrokerError) {
            count = try await self.ask { () throws(RedisError) in try await self.commands.send(look).integer } ?? 0
        } catch {
            // If this connection is dead the silent one beside it may be, too, and Redis gives messages to it.
            if !error.isRefusal, error.code != .cancelled { self.arrivals.reconnect() }
            throw error
        }
        var reply = count > 1 ? try await self.bringBack(domains) : TickReply(hasWork: false)
        if !count.isMultiple(of: 2) { reply.revocations = await self.revocations(after: cursor) }
        await self.sweep()
        return reply
    }

    /// Reads the log of revocations; `nil` if that is nothing new, or cannot be read.
    ///
    /// What was brought back before is worth more than an error: a key of another type would have every tick look like a failure.
    private func revocations(after cursor: Timestamp) async -> RevocationUpdate? {
        do throws(RedisError) {
            return try await RevocationLog(client: self.commands).update(after: cursor)
        } catch {
            // Without a reply of the server, it is the connection that failed, which it says itself.
            if error.code == .server, self.state.withLock({ $0.isFirstComplaint() }) {
                self.logger.warning(
                    "the log of revocations cannot be read: revoked tasks may run",
                    metadata: ["key": "\(RedisKeys.revocations)", "error": "\(error.message)"]
                )
            }
            return nil
        }
    }

    /// Brings back what is due or abandoned in the lists.
    private func bringBack(_ domains: [ClaimDomain]) async throws(TaskBrokerError) -> TickReply {
        var reply = TickReply(hasWork: false)
        for round in 0..<Self.maximumRounds {
            let call = TickScript.encode(domains, lease: self.lease, isContinued: round > 0)
            let value = try await self.evaluateSafely(
                TickScript.script,
                keys: RESPArguments(call.keys),
                arguments: call.arguments
            )
            guard let part = TickScript.decode(value) else { throw .unexpectedReply(of: TickScript.script) }
            let blocked = part.blocked.filter(domains.indices.contains).map { domains[$0] }
            let isOtherwise = self.state.withLock { state in
                state.damage.noteBroken(part.broken)
                for (index, count) in part.missing where domains.indices.contains(index) {
                    state.damage.noteMissing(count, in: domains[index].queue)
                }
                return state.setBlocked(blocked)
            }
            // Whoever waits, waits for the old ones: of a queue that is open again the bell would never tell.
            if isOtherwise { self.bell.ring() }
            self.reportDamage()
            reply.hasWork = part.hasWork
            reply.nextDue = part.isBounded ? .zero : part.nextDue.map { .milliseconds($0) }
            if !part.isBounded { break }
        }
        return reply
    }

    /// Tells of damage that was met; not of each.
    private func reportDamage() {
        guard let summary = self.state.withLock({ $0.damage.summary(at: .now) }) else { return }
        for (queue, count) in summary.missing {
            self.logger.error(
                "entries of a queue have lost the bytes of their messages and were dropped: somebody deletes keys, or Redis evicts them. See taskctl fsck",
                metadata: ["queue": "\(queue)", "count": "\(count)"]
            )
        }
        for key in summary.broken {
            self.logger.error(
                "a key of a queue holds something else: nothing is taken from the queue until it is gone. See taskctl fsck",
                metadata: ["key": "\(key)"]
            )
        }
    }

    func releaseParked(tasks: [String]) async throws(TaskBrokerError) {
        let names = Set(tasks)
        for domain in self.layout.domains {
            var cursor = "0"
            repeat {
                let scan: RESPCommand = ["HSCAN", domain.park, cursor, "COUNT", "500"]
                let page = try await self.ask { () throws(RedisError) in
                    try await self.commands.send(pipeline: [scan])[0]
                }
                // Somebody keeps something else under this name: the other queues come back all the same.
                if page.errorMessage?.hasPrefix("WRONGTYPE") == true { break }
                guard let parts = page.array, parts.count == 2, let next = parts[0].string, let pairs = parts[1].array
                else { throw TaskBrokerError(.brokerUnavailable, "Redis answered HSCAN in an unknown form.") }
                cursor = next
                let ids = stride(from: 0, to: pairs.count - 1, by: 2).compactMap { index in
                    pairs[index + 1].string.map(names.contains) == true ? pairs[index].string : nil
                }
                try await self.release(ids, of: domain)
            } while cursor != "0"
        }
    }

    private func release(_ ids: [String], of domain: ClaimDomain) async throws(TaskBrokerError) {
        var rest = ids[...]
        while !rest.isEmpty {
            let batch = RESPArguments(rest.prefix(100))
            rest = rest.dropFirst(100)
            let reply = try await self.evaluateSafely(
                ReleaseScript.script,
                keys: [domain.list, domain.eta, domain.etam, domain.park],
                arguments: batch
            )
            guard let counts = reply.array?.compactMap(\.integer), counts.count == 2 else {
                throw .unexpectedReply(of: ReleaseScript.script)
            }
            self.state.withLock { $0.damage.noteMissing(Int(clamping: counts[1]), in: domain.queue) }
        }
        self.reportDamage()
    }
}
