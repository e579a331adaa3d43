import CeleryProtocol
import TaskBroker

/// The members of a group at one moment, for people and for programs.
struct GroupReport {
    let id: String
    let members: [GroupMember]
}

extension GroupReport {
    private var succeeded: Int { self.members.count { $0.info?.state == .success } }

    private var failed: Int { self.members.count { [.failure, .revoked].contains($0.info?.state) } }

    /// The report in a sentence: `3 tasks: 2 succeeded, 1 failed, 0 have not ended.`.
    var summary: String {
        let open = self.members.count - self.succeeded - self.failed
        return
            "\(self.members.count) tasks: \(self.succeeded) succeeded, \(self.failed) failed, \(open) have not ended."
    }

    var table: Table {
        var table = Table([.number("#"), .text("id"), .text("state"), .text("task"), .text("value")])
        for (index, member) in self.members.enumerated() {
            let state = member.info?.state ?? .pending
            let failure = member.info?.exception.map(ResultWaiter.Outcome.text)
            table.append([
                "\(index)", Table.Cell(member.id, .cyan), Table.Cell(state.rawValue, state.style),
                Table.Cell(member.info?.name ?? ""),
                Table.Cell(failure ?? (state == .success ? member.info?.value.description ?? "" : "")),
            ])
        }
        return table
    }

    /// The document of `--json`.
    var document: JSONDocument {
        JSONDocument(
            "group",
            [
                "id": .string(self.id), "total": .count(self.members.count), "succeeded": .count(self.succeeded),
                "failed": .count(self.failed),
                "items": .array(
                    self.members.map { member in
                        let outcome: ResultWaiter.Outcome =
                            member.info.map { .ended($0) } ?? .unfinished(state: .pending, place: nil)
                        return .object(outcome.members(member.id))
                    }
                ),
            ]
        )
    }
}

extension TaskState {
    /// How it looks in a table.
    var style: Style? {
        switch self {
        case .success: .green
        case .failure, .revoked: .red
        default: .yellow
        }
    }
}
