import CeleryProtocol
import RedisClient

extension SettleScript {
    /// What one call did.
    struct Reply: Sendable {
        /// Redis's clock in ms.
        var now: Int64
        /// For each settlement of the request, in its order, whether it happened.
        var isAccepted: [Bool]
        /// The settlements that did not happen although their claims are held: by index, the key that forbids it because it holds
        /// something of another type.
        var obstacles: [Int: String]
        /// The parts of chords that completed them: by the index of their settlement, their own indices.
        var completions: [Int: [Int]]
        /// The messages taken.
        var messages: [ClaimedMessage]
        /// The domains that have messages but may not be taken from: paused, or something else under that name.
        var blocked: [ClaimDomain]
        /// Where the log of revocations ended when the messages were taken; `nil` if it is empty, or nothing was taken.
        var newestRevocation: Timestamp?
    }

    /// Reads what Redis answered to `request`.
    ///
    /// - Parameter encoded: What encoding the request gave.
    /// - Returns: `nil` if it is not an answer to this request.
    static func decode(_ value: RESPValue, for request: Request, _ encoded: Encoded) -> Reply? {
        guard let parts = value.array, parts.count == 8, let now = parts[0].integer,
            let exceptions = self.exceptions(parts[1], order: encoded.order),
            let messages = self.messages(runs: parts[2], raws: parts[3], counters: parts[4], claim: request.claim),
            let blocked = parts[5].array, let completed = parts[6].array,
            let newest = parts[7].integer
        else { return nil }
        return Reply(
            now: now,
            isAccepted: encoded.order.indices.map { exceptions[$0] == nil },
            obstacles: exceptions.filter { !$0.value.isEmpty },
            completions: self.completions(completed, encoded),
            messages: messages,
            blocked: blocked.compactMap { self.domain($0, of: request.claim) },
            newestRevocation: newest > 0 ? Timestamp(milliseconds: newest) : nil
        )
    }

    /// The settlements that did not happen, by their indices in the request, and what forbids them.
    private static func exceptions(_ value: RESPValue, order: [Int]) -> [Int: String]? {
        guard let parts = value.array, parts.count.isMultiple(of: 2) else { return nil }
        var exceptions: [Int: String] = [:]
        for start in stride(from: 0, to: parts.count, by: 2) {
            guard let position = parts[start].integer.flatMap(Int.init(exactly:)), order.indices.contains(position),
                let key = parts[start + 1].string
            else { return nil }
            exceptions[order[position]] = key
        }
        return exceptions
    }

    private static func completions(_ completed: [RESPValue], _ encoded: Encoded) -> [Int: [Int]] {
        var completions: [Int: [Int]] = [:]
        for value in completed {
            guard let index = value.integer.flatMap(Int.init(exactly:)), encoded.parts.indices.contains(index) else {
                continue
            }
            let place = encoded.parts[index]
            completions[place.item, default: []].append(place.part)
        }
        return completions
    }

    private static func messages(
        runs: RESPValue,
        raws: RESPValue,
        counters: RESPValue,
        claim: ClaimRequest
    ) -> [ClaimedMessage]? {
        guard let runs = runs.array, let raws = raws.array, let counters = self.counters(counters) else { return nil }
        var messages: [ClaimedMessage] = []
        messages.reserveCapacity(raws.count)
        for run in stride(from: 0, to: runs.count - 1, by: 2) {
            guard let domain = self.domain(runs[run], of: claim), let size = runs[run + 1].integer, size >= 0,
                size <= raws.count - messages.count
            else { return nil }
            let batch = ClaimBatch(nonce: claim.nonce, number: claim.firstNumber + run / 2, size: Int(size))
            for position in 0..<Int(size) {
                let index = messages.count
                guard let raw = raws[index].bytes else { return nil }
                messages.append(
                    ClaimedMessage(
                        claim: Claim(id: batch.claimID(at: position), queue: domain.queue, step: domain.step),
                        raw: raw,
                        redeliveries: counters[index]?.redeliveries ?? 0,
                        parkings: counters[index]?.parkings ?? 0
                    )
                )
            }
        }
        return messages.count == raws.count ? messages : nil
    }

    private static func counters(_ value: RESPValue) -> [Int: (redeliveries: Int, parkings: Int)]? {
        guard let numbers = value.array?.compactMap(\.integer), numbers.count.isMultiple(of: 3) else { return nil }
        var counters: [Int: (redeliveries: Int, parkings: Int)] = [:]
        for start in stride(from: 0, to: numbers.count, by: 3) {
            let (redeliveries, parkings) = (Int(clamping: numbers[start + 1]), Int(clamping: numbers[start + 2]))
            counters[Int(clamping: numbers[start])] = (redeliveries, parkings)
        }
        return counters
    }

    private static func domain(_ index: RESPValue, of claim: ClaimRequest) -> ClaimDomain? {
        guard let index = index.integer.flatMap(Int.init(exactly:)), claim.domains.indices.contains(index) else {
            return nil
        }
        return claim.domains[index]
    }
}
