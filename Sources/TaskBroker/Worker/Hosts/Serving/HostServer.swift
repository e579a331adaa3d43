import CeleryProtocol

/// A task host from the inside: runs what its supervisor sends, with the tasks of an app.
package struct HostServer: Sendable {
    private let app: TaskApp
    private let link: SupervisorLink
    private let host: InProcessHost
    private let runs = CancellationBoard<RunID>()

    package init(_ app: TaskApp, _ link: SupervisorLink) {
        self.app = app
        self.link = link
        self.host = InProcessHost(app: app)
    }
}

extension HostServer {
    /// Serves until the supervisor ends the process.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a frame of the supervisor that cannot be understood.
    package func run() async throws {
        try self.link.send(self.hello.frame)
        try await withThrowingDiscardingTaskGroup { group in
            for await frame in self.link.orders {
                switch frame.kind {
                case .run:
                    let order = try RunOrder(frame)
                    let signal = self.runs.enter(order.id)
                    group.addTask {
                        let report = await self.runs.run(order.id, until: signal) { await self.execute(order) }
                        try self.send(report, of: order.id)
                    }
                case .cancel: self.runs.cancel([try frame.integer(.run)])
                case .ask: group.addTask { try await self.answer(frame) }
                default: break
                }
            }
        }
    }

    private var hello: HostHello {
        let names = self.host.taskNames + BuiltInTasks.byName.keys
        let tasks = names.compactMap { name in self.host.settings(of: name).map { (name, $0) } }
        let known = Dictionary(tasks) { first, _ in first }
        return HostHello(pid: ProcessInfo.pid, tasks: known, makesMessages: true)
    }
}

// MARK: Running

extension HostServer {
    private func execute(_ order: RunOrder) async -> TaskReport {
        let envelope: Envelope
        do {
            envelope = try Envelope(decoding: order.raw)
        } catch {
            return TaskReport(.undeliverable(reason: error.message, error.exception))
        }
        let claim = Claim(id: "\(order.id)", queue: order.queue)
        let message = ClaimedMessage(claim: claim, raw: order.raw, redeliveries: order.redeliveries)
        return await self.host.execute(
            TaskInvocation(
                claim: claim,
                envelope: envelope,
                delivery: DeliveryInfo(message, envelope),
                storesResult: order.storesResult,
                started: order.started,
                limits: order.limits
            )
        )
    }

    /// A value that is too large to be sent makes its task fail, and nothing else.
    private func send(_ report: TaskReport, of run: RunID) throws {
        do {
            try self.link.send(RunReport(run, report).frame)
        } catch {
            let failure = TaskReport(.failure(ExceptionDocument(error), traceback: nil), embed: report.embed)
            try self.link.send(RunReport(run, failure).frame)
        }
    }
}

// MARK: Answering

extension HostServer {
    private func answer(_ frame: HostFrame) async throws {
        let id = try frame.integer(.id)
        let answer: HostAnswer
        switch try HostQuestion(frame) {
        case .handle(let failed, let handler)?:
            await self.host.handle(failed, with: handler)
            answer = .handled
        case .messages(let calls)?:
            do {
                answer = .messages(try await self.host.messages(for: calls))
            } catch {
                answer = .failed(ExceptionDocument(error))
            }
        case nil:
            let error = TaskBrokerError(.invalidConfiguration, "This host does not know what it is asked for.")
            answer = .failed(ExceptionDocument(error))
        }
        do {
            try self.link.send(answer.frame(id))
        } catch {
            try self.link.send(HostAnswer.failed(ExceptionDocument(error)).frame(id))
        }
    }
}
