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
        /// How many were taken: more, if some could not be read.
        var taken: Int
        /// The index of the last domain that some were taken from.
        var last: Int?
        /// The domains that have messages but may not be taken from: paused, or something else under that name.
        var blocked: [ClaimDomain]
        /// Where the log of revocations ended when the messages were taken; `nil` if it is empty, or nothing was taken.
        var newestRevocation: Timestamp?
    }

    /// Reads what Redis answered to `request`.
    ///
    /// - Parameters:
    ///   - encoded: What encoding the request gave.
    ///   - moved: The list of the messages that were moved at once; the head of their queue is its end.
    /// - Returns: `nil` if it is not an answer to this request.
    static func decode(
        _ value: RESPValue,
        for request: Request,
        _ encoded: Encoded,
        moved: RESPValue = .null
    ) -> Reply? {
        guard let parts = value.array, parts.count == 8, let now = parts[0].integer,
            let exceptions = self.exceptions(parts[1], order: encoded.order),
            let (messages, taken, last) = self.messages(
                parts[2],
                raws: parts[3],
                moved,
                counters: parts[4],
                request.claim
            ),
            let blocked = parts[5].array, let completed = parts[6].array,
            let newest = parts[7].integer
        else { return nil }
        return Reply(
            now: now,
            isAccepted: encoded.order.indices.map { exceptions[$0] == nil },
            obstacles: exceptions.filter { !$0.value.isEmpty },
            completions: self.completions(completed, encoded),
            messages: messages,
            taken: taken,
            last: last,
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
        _ runs: RESPValue,
        raws: RESPValue,
        _ moved: RESPValue,
        counters: RESPValue,
        _ claim: ClaimRequest
    ) -> (messages: [ClaimedMessage], taken: Int, last: Int?)? {
        guard let runs = runs.array, let raws = raws.array, let counters = self.counters(counters) else { return nil }
        var messages: [ClaimedMessage] = []
        var (rest, count) = (raws[...], 0)
        var last: Int?
        for run in stride(from: 0, to: runs.count - 1, by: 2) {
            guard let index = runs[run].integer.flatMap(Int.init(exactly:)), claim.domains.indices.contains(index),
                let size = runs[run + 1].integer.flatMap(Int.init(exactly:)), size >= 0
            else { return nil }
            defer { count += size }
            last = index
            var own = rest.prefix(size)
            if index == claim.moved {
                own = moved.array?.reversed()[...] ?? []
                // Somebody has taken them away in between. They come back, or are lost, as with a reply that is.
                if own.count != size { continue }
            } else {
                rest = rest.dropFirst(size)
            }
            guard own.count == size else { return nil }
            let (domain, batch) = (claim.domains[index], claim.batch(index))
            messages.reserveCapacity(messages.count + size)
            for (position, value) in own.enumerated() {
                guard let raw = value.bytes else { return nil }
                let counts = counters[count + position]
                messages.append(
                    ClaimedMessage(
                        claim: Claim(id: batch.claimID(at: position), queue: domain.queue, step: domain.step),
                        raw: raw,
                        redeliveries: counts?.redeliveries ?? 0,
                        parkings: counts?.parkings ?? 0
                    )
                )
            }
        }
        return rest.isEmpty ? (messages, count, last) : nil
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
