import CeleryProtocol

@testable import TaskBroker

extension Consumer {
    /// Settles and claims for somebody who knows no revocations.
    func settle(_ settlements: [Settlement], claiming count: Int) async throws(TaskBrokerError) -> ClaimReply {
        try await self.settle(settlements, claiming: count, after: Timestamp(microseconds: 0))
    }
}
