import CeleryProtocol

/// A task host from the inside: runs what its supervisor sends, with the tasks of an app.
package struct HostServer: Sendable {
    private let app: TaskApp
    private let link: SupervisorLink
    private let host: InProcessHost

    package init(_ app: TaskApp, _ link: SupervisorLink) {
        self.app = app
        self.link = link
        self.host = InProcessHost(app: app)
    }
}

extension HostServer {
    /// Serves until the supervisor ends the process.
    package func run() async {
        try? self.link.send(self.hello.frame.encoded)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await self.link.lanes.run { order in self.send(await self.execute(order), of: order.id) }
            }
            for await request in self.link.requests {
                switch request {
                case .cancel(let run):
                    if self.link.lanes.cancel(run) { self.send(TaskReport(.cancelled), of: run) }
                case .ask(let id, let question): group.addTask { await self.answer(question, id) }
                }
            }
            group.cancelAll()
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
        let message: HostedMessage
        do {
            message = try HostedMessage(order)
        } catch {
            return TaskReport(.undeliverable(reason: error.message, error.exception))
        }
        return await self.host.execute(
            message,
            storesResult: order.storesResult,
            started: order.started,
            limits: order.limits
        )
    }

    /// A value that is too large to be sent makes its task fail, and nothing else.
    private func send(_ report: TaskReport, of run: RunID) {
        do throws(HostProtocolError) {
            try self.link.send(RunReport(run, report).frame)
        } catch {
            let failure = TaskReport(.failure(ExceptionDocument(error), traceback: nil), embed: report.embed)
            try? self.link.send(RunReport(run, failure).frame)
        }
    }
}

// MARK: Answering

extension HostServer {
    private func answer(_ question: HostQuestion?, _ id: Int64) async {
        let answer = await self.answer(question)
        do throws(HostProtocolError) {
            try self.link.send(answer.frame(id).encoded)
        } catch {
            try? self.link.send(HostAnswer.failed(ExceptionDocument(error)).frame(id).encoded)
        }
    }

    private func answer(_ question: HostQuestion?) async -> HostAnswer {
        switch question {
        case .handle(let failed, let handler)?:
            await self.host.handle(failed, with: handler)
            return .handled
        case .messages(let calls)?:
            do {
                return .messages(try await self.host.messages(for: calls))
            } catch {
                return .failed(ExceptionDocument(error))
            }
        case nil:
            let error = TaskBrokerError(.invalidConfiguration, "This host does not know what it is asked for.")
            return .failed(ExceptionDocument(error))
        }
    }
}
