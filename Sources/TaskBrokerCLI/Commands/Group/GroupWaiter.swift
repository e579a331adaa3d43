import CeleryProtocol
import Synchronization
import TaskBroker

/// Waits for the members of a group, and prints what became of them.
struct GroupWaiter {
    private let session: AppSession

    /// How many failures are told one by one.
    private static let reportLimit = 20

    init(_ session: AppSession) {
        self.session = session
    }

    func wait(for group: GroupResult<JSONValue>) async throws -> ExitStatus {
        let bar = Mutex(ProgressBar("tasks", console: self.session.console))
        // A group's results are kept for a day by default; there is nothing to wait for after that.
        let timeout = self.session.options.timeout?.duration ?? .seconds(86_400)
        let progress = try await group.wait(timeout: timeout) { progress in
            bar.withLock { $0.show(progress.ended, of: progress.total, failed: progress.failed) }
        }
        bar.withLock { $0.clear() }
        let members = try await group.members
        let report = GroupReport(id: group.id, members: members)
        if self.session.options.json {
            try self.session.console.print(report.document)
        } else if progress.isReady, progress.failed == 0 {
            try self.session.console.print(try await group.get(timeout: .zero).description)
        }
        return self.explain(members, report, progress)
    }

    private func explain(_ members: [GroupMember], _ report: GroupReport, _ progress: GroupProgress) -> ExitStatus {
        let failed = members.filter { [.failure, .revoked].contains($0.info?.state) }
        for member in failed.prefix(Self.reportLimit) {
            let reason = member.info?.exception.map(ResultWaiter.Outcome.text) ?? "no reason is stored"
            self.session.console.say(TerminalText.escape("\(member.id): \(reason)"))
        }
        guard progress.isReady else {
            self.session.console.say("The group has not ended in time. \(report.summary)")
            return .timedOut
        }
        if failed.count > Self.reportLimit { self.session.console.say(report.summary) }
        if failed.isEmpty { return .success }
        return failed.contains { $0.info?.state == .failure } ? .taskFailed : .taskRevoked
    }
}
