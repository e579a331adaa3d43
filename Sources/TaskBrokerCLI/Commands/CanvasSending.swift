import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `send --chain`, `--group` and `--chord`: sends a canvas, and waits for it.
struct CanvasSending {
    private let session: AppSession
    private let shape: CanvasFile.Shape
    /// The options of every call.
    private let callOptions: TaskOptions
    /// The options of the canvas as a whole.
    private let options: TaskOptions
    private let waits: Bool
    private let isDryRun: Bool

    init(_ session: AppSession, _ shape: CanvasFile.Shape, options: TaskOptions, waits: Bool, isDryRun: Bool) {
        self.session = session
        self.shape = shape
        self.waits = waits
        self.isDryRun = isDryRun
        // A canvas has one id and begins once; everything else is said of each of its tasks.
        self.options = TaskOptions(
            countdown: options.countdown,
            eta: options.eta,
            taskID: options.taskID,
            durability: options.durability,
            publishRetry: options.publishRetry
        )
        var callOptions = options
        (callOptions.countdown, callOptions.eta, callOptions.taskID) = (nil, nil, nil)
        self.callOptions = callOptions
    }

    /// - Throws: `ExitCode` of what it was waited for, if that failed.
    func run(_ path: String) async throws {
        let file = CanvasFile(self.shape, options: self.callOptions, now: .now())
        let node = try file.signature(JSONSource.contents(ofFile: path))
        if self.isDryRun { return try self.session.console.print(node.json.description) }
        let result = try await self.session.app.signature(node).apply(options: self.options)
        let isSaved = await self.save(result)
        if self.waits {
            let status = try await self.wait(for: result)
            if status != .success { throw ExitCode(status.rawValue) }
            return
        }
        if self.session.options.json {
            let members: [String: JSONValue] = [
                "id": .string(result.id), "shape": .string(self.shape.rawValue), "group": .bool(result.group != nil),
            ]
            try self.session.console.print(JSONDocument("canvas", members))
        } else {
            try self.session.console.print(TerminalText.escape(result.id))
        }
        // Of a chain, the task that returns the result is not in any queue yet, where `result` would look for it.
        if result.group != nil, isSaved {
            self.session.console.hint("Its result: \(self.session.context.name) group wait \(result.id)")
        }
    }

    /// Saves a group so that `group show` and `group wait` find it.
    ///
    /// The canvas is sent by then: a group that cannot be saved is no reason to tell anybody to send it again.
    private func save(_ result: AsyncResult<JSONValue>) async -> Bool {
        do {
            try await result.group?.save(expires: self.session.app.configuration.resultExpires)
            return true
        } catch {
            let reason = CommandError(error).message
            self.session.console.warn(
                TerminalText.escapeLines("The canvas was sent, but 'group' will not find it: \(reason)")
            )
            return false
        }
    }

    private func wait(for result: AsyncResult<JSONValue>) async throws -> ExitStatus {
        if let group = result.group { return try await GroupWaiter(self.session).wait(for: group) }
        let waiter = ResultWaiter(self.session)
        // Without a limit of its own a wait of a day is as good as one for ever, and its result is kept no longer.
        let timeout = self.session.options.timeout?.duration ?? .seconds(86_400)
        let info = try await result.end(timeout: timeout)
        return try waiter.print(info.map { .ended($0) } ?? .timedOut(place: nil), of: result.id)
    }
}
