import Synchronization
import Testing

@testable import TaskBroker

/// ``Lanes`` whose owner is the test: it runs a lane whenever one is wanted, and collects outcomes until there are enough.
struct LaneBench: Sendable {
    let lanes: Lanes
    private let mailbox: Mailbox<Lanes.Call>

    init() {
        let mailbox = Mailbox<Lanes.Call>()
        self.mailbox = mailbox
        self.lanes = Lanes { mailbox.post($0) }
    }
}

extension LaneBench {
    /// Runs items with these ids until `count` of them have ended; returns their outcomes, and how many lanes were opened.
    ///
    /// - Parameters:
    ///   - perform: What an item does; what it returns goes into its settlement as the reason of a dead letter.
    ///   - inspect: Called each time that outcomes have come, with all of them.
    func run(
        _ ids: [String],
        until count: Int? = nil,
        _ perform: @escaping @Sendable (String) async -> String,
        inspect: ([String]) -> Void = { _ in }
    ) async -> (outcomes: [String], lanes: Int) {
        await self.run(ids, until: count, { item in await Self.perform(item, perform) }, inspect: inspect)
    }

    /// The same with items of any kind, and with what is waiting already.
    func run(
        _ ids: [String],
        until count: Int? = nil,
        _ perform: @escaping @Sendable (WorkItem) async -> WorkerState.Event,
        inspect: ([String]) -> Void = { _ in }
    ) async -> (outcomes: [String], lanes: Int) {
        await withTaskGroup(of: Void.self) { group in
            var (outcomes, opened): ([String], Int) = ([], 0)
            self.lanes.start(ids.map(WorkItem.numbered))
            while outcomes.count < count ?? ids.count {
                self.lanes.wake(at: 1)
                for call in await self.mailbox.next() {
                    guard case .laneWanted = call else { continue }
                    opened += 1
                    group.addTask { await self.lanes.run(perform) }
                }
                outcomes += self.lanes.takeOutcomes().map(\.text)
                inspect(outcomes)
            }
            self.lanes.close()
            return (outcomes, opened)
        }
    }

    private static func perform(_ item: WorkItem, _ body: (String) async -> String) async -> WorkerState.Event {
        let text = await body(item.claim.id)
        return .finished(Settlement(claim: item.claim, disposition: .deadLetter(reason: text)))
    }
}

extension WorkItem {
    static func numbered(_ id: String) -> WorkItem {
        .run(WorkerState.Delivery(message: ClaimedMessage(claim: .numbered(id), raw: []), clock: .init(.now())))
    }
}

extension WorkerState.Event {
    /// What an item has returned, after its id.
    fileprivate var text: String {
        guard case .finished(let settlement) = self else { return "\(self)" }
        switch settlement.disposition {
        case .deadLetter(let text): return "\(settlement.claim.id) \(text)"
        case .release: return "\(settlement.claim.id) released"
        default: return "\(settlement)"
        }
    }
}
