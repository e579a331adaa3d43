import CeleryProtocol
package import Logging

/// Carries out the commands that come to a worker over Celery's remote control ("pidbox", `celery-wire.md` §9).
///
/// It runs beside the worker's own loop and knows it only as a ``WorkerControl``. Nothing that is published can disturb it:
/// what is no request is dropped, what is refused or fails is answered with the reason.
package struct ControlServer: Sendable {
    let app: TaskApp
    let worker: any WorkerControl
    let gate: ControlGate
    let logger: Logger

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - app: Whose broker it listens to, and whose commands it knows beside Celery's.
    ///   - worker: The worker.
    ///   - policy: Who may do what.
    ///   - logger: For what is refused.
    package init(app: TaskApp, worker: any WorkerControl, policy: ControlPolicy, logger: Logger) {
        self.app = app
        self.worker = worker
        self.gate = ControlGate(policy, clock: app.clock)
        self.logger = logger
    }
}

// MARK: Listen

extension ControlServer {
    /// Commands of applications that run at once at most; further ones are answered with an error.
    private static let maximumRunning = 16

    /// Listens until the task is cancelled.
    package func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await self.app.broker.withBroadcasts(
                    of: ControlExchange.requests,
                    routingKeys: nil,
                    boundAs: ControlExchange.queue(of: self.worker.node)
                ) { events in
                    failures = 0
                    await self.serve(events)
                }
            } catch {
                self.logger.debug("remote control does not listen", metadata: ["error": "\(error)"])
            }
            failures += 1
            // Ends early when the task is cancelled, which the loop sees.
            try? await Task.sleep(for: Backoff.delay(afterFailures: failures))
        }
    }

    /// Carries out Celery's commands in the order in which they come, and those of the application beside them.
    private func serve(_ events: BroadcastSequence) async {
        let slots = ControlSlots(count: Self.maximumRunning)
        await withDiscardingTaskGroup { group in
            for await event in events {
                switch event {
                case .message(let broadcast):
                    guard let request = self.read(broadcast.payload) else { continue }
                    if self.command(named: request.method)?.isBuiltIn ?? true {
                        await self.handle(request)
                    } else if slots.take() {
                        group.addTask {
                            await self.handle(request)
                            slots.giveBack()
                        }
                    } else {
                        let error = ControlError("RuntimeError", "too many commands are running")
                        await self.reply(ControlAnswer.error(error.exception.pythonRepr), to: request)
                    }
                case .missed(let count):
                    self.logger.warning("remote control missed requests", metadata: ["count": "\(count)"])
                case .interrupted:
                    self.logger.debug("remote control was interrupted")
                }
            }
            group.cancelAll()
        }
    }

    /// Reads a message and tells whether this worker is meant; `nil` for anything that is not to be answered.
    func read(_ payload: [UInt8]) -> ControlRequest? {
        do {
            let request = try ControlRequest(decoding: payload)
            self.app.logicalClock.adjust(to: request.clock)
            return try NodeFilter(request).matches(self.worker.node) ? request : nil
        } catch {
            self.logger.debug("dropped a control message", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func handle(_ request: ControlRequest) async {
        guard let answer = await self.answer(to: request) else { return }
        await self.reply(answer, to: request)
    }
}

// MARK: Carry out

extension ControlServer {
    /// A command by name; the application's own hide Celery's, as with Celery's decorators.
    private func command(named name: String) -> ControlCommand? {
        self.app.controlCommand(named: name) ?? ControlCommand.builtIn[name]
    }

    /// Carries out a request.
    ///
    /// - Returns: The answer; `nil` for a command that has none.
    func answer(to request: ControlRequest) async -> JSONValue? {
        do {
            guard let command = self.command(named: request.method) else {
                throw ControlError("KeyError", request.method)
            }
            let isTrusted = try self.gate.admit(request, for: command)
            if command.isDangerous {
                self.logger.info("control command", metadata: ["method": "\(request.method)"])
            }
            let value = try await command.run(
                ControlCall(
                    app: self.app,
                    worker: self.worker,
                    method: request.method,
                    arguments: request.arguments,
                    isTrusted: isTrusted
                )
            )
            return command.hasReply ? .some(value ?? .null) : nil
        } catch {
            let exception = ExceptionDocument(error).pythonRepr
            self.logger.debug("control command failed", metadata: ["method": "\(request.method)"])
            return ControlAnswer.error(exception)
        }
    }
}

// MARK: Reply

extension ControlServer {
    /// A larger answer is replaced by a complaint: it would lie in Redis until somebody takes it.
    private static let maximumReplyBytes = 4 << 20

    /// Sends an answer to where the request wants it, if it wants one.
    private func reply(_ answer: JSONValue, to request: ControlRequest) async {
        guard let address = request.replyTo else { return }
        var payload = self.encode(answer, to: request, at: address)
        if payload.count > Self.maximumReplyBytes {
            let error = ControlError(
                "OverflowError",
                "the answer has \(payload.count) bytes, more than \(Self.maximumReplyBytes)"
            )
            payload = self.encode(ControlAnswer.error(error.exception.pythonRepr), to: request, at: address)
        }
        do throws(TaskBrokerError) {
            try await self.app.broker.reply(payload, to: address)
        } catch {
            self.logger.debug("could not answer a control command", metadata: ["error": "\(error)"])
        }
    }

    private func encode(_ answer: JSONValue, to request: ControlRequest, at address: ReplyAddress) -> [UInt8] {
        ControlReply(
            values: [self.worker.node: answer],
            ticket: request.ticket,
            clock: self.app.logicalClock.forward()
        ).encoded(for: address)
    }
}
