import CeleryProtocol
import RedisClient

extension SettleScript {
    /// What one call did.
    struct Reply: Sendable {
        /// Redis's clock in ms.
        var now: Int64
        /// For each settlement of the request, in its order, whether the claim was still held.
        var isAccepted: [Bool]
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
            let isAccepted = self.acceptances(parts[1], order: encoded.order),
            let messages = self.messages(runs: parts[2], raws: parts[3], counters: parts[4], claim: request.claim),
            let blocked = parts[5].array, let completed = parts[6].array,
            let newest = parts[7].integer
        else { return nil }
        return Reply(
            now: now,
            isAccepted: isAccepted,
            completions: self.completions(completed, encoded),
            messages: messages,
            blocked: blocked.compactMap { self.domain($0, of: request.claim) },
            newestRevocation: newest > 0 ? Timestamp(milliseconds: newest) : nil
        )
    }

    private static func acceptances(_ value: RESPValue, order: [Int]) -> [Bool]? {
        guard let digits = value.bytes, digits.count == order.count else { return nil }
        var isAccepted = [Bool](repeating: false, count: order.count)
        for (index, digit) in zip(order, digits) { isAccepted[index] = digit == UInt8(ascii: "1") }
        return isAccepted
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
            guard let domain = self.domain(runs[run], of: claim), let count = runs[run + 1].integer,
                count <= raws.count - messages.count
            else { return nil }
            for _ in 0..<max(0, count) {
                let index = messages.count
                guard let raw = raws[index].bytes else { return nil }
                messages.append(
                    ClaimedMessage(
                        claim: Claim(
                            id: claim.prefix + String(claim.firstCounter + index),
                            queue: domain.queue,
                            step: domain.step
                        ),
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
