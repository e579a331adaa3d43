import CeleryProtocol
import Logging

/// What follows a task: the messages, results and parts that go into its settlement (celery-wire §7.5, §7.6).
extension Dispatcher {
    func succeed(
        _ attempt: Attempt,
        _ value: JSONValue,
        _ report: TaskReport,
        _ ended: Timestamp
    ) async -> Settlement {
        do {
            let continuation = TaskContinuation(headers: attempt.headers, embed: report.embed)
            let plan = try continuation.afterSuccess(value)
            let messages = try await self.host.messages(for: plan.calls)
            let children = report.children + plan.children
            let result = self.reports.success(attempt, value, children: children, ended)
            var canvas = self.effects(attempt.headers, plan)
            canvas.parts += continuation.chordPart(state: TaskState.success.rawValue, result: value).map { [$0] } ?? []
            return attempt.message.settlement(
                .acknowledge,
                results: attempt.storesResult ? [result] : [],
                publications: messages,
                canvas: canvas.isEmpty ? nil : canvas
            )
        } catch  where Task.isCancelled {
            return attempt.message.settlement(.release)
        } catch {
            // As in Celery, a task whose continuation cannot be sent has failed.
            self.logger.error(
                "what follows the task cannot be sent",
                metadata: attempt.headers.logMetadata.merging(["error": "\(error)"]) { $1 }
            )
            return await self.fail(attempt, ExceptionDocument(error), nil, report, ended)
        }
    }

    func fail(
        _ attempt: Attempt,
        _ exception: ExceptionDocument,
        _ traceback: String?,
        _ report: TaskReport,
        _ ended: Timestamp
    ) async -> Settlement {
        let result = self.reports.failure(attempt, exception, traceback, children: report.children, ended)
        var settlement = attempt.message.settlement(.acknowledge, results: attempt.storesResult ? [result] : [])
        guard !report.embed.isEmpty else { return settlement }

        let continuation = TaskContinuation(headers: attempt.headers, embed: report.embed)
        var canvas = self.effects(attempt.headers, CanvasPlan())
        canvas.parts +=
            continuation.chordPart(state: TaskState.failure.rawValue, result: exception.json).map { [$0] } ?? []
        let plan = continuation.afterFailure(exception) { self.isErrorHandler($0) }
        settlement.publications = await self.carryOut(plan, for: attempt.headers, exception, traceback)
        if attempt.storesResult {
            settlement.results += plan.failures.map {
                self.reports.failure($0, exception, traceback, children: report.children, ended)
            }
        }
        canvas.chords += plan.plan.chords
        canvas.groups += plan.plan.groups
        canvas.parts += plan.parts
        settlement.canvas = canvas.isEmpty ? nil : canvas
        return settlement
    }

    /// A task that is not to run: its chord fails, the rest of its chain and its errbacks are left alone, as in Celery.
    func revoke(_ attempt: Attempt, _ reason: String, _ now: Timestamp) -> Settlement {
        let exception = ExceptionDocument.revoked(reason)
        var settlement = attempt.message.settlement(.acknowledge)
        if attempt.storesResult { settlement.results = [self.reports.revoked(attempt, exception, now)] }
        // A message that can be read so far and no further has nothing behind it.
        let embed = (try? attempt.envelope.decodeBody())?.embed ?? TaskEmbed()
        let part = TaskContinuation(headers: attempt.headers, embed: embed)
            .chordPart(state: TaskState.revoked.rawValue, result: exception.json)
        if let part {
            settlement.canvas = self.effects(attempt.headers, CanvasPlan())
            settlement.canvas?.parts = [part]
        }
        return settlement
    }

    /// Something else runs under the task's id; the task itself stores nothing.
    func replace(
        _ attempt: Attempt,
        by signature: SignatureNode,
        _ report: TaskReport,
        _ ended: Timestamp
    ) async -> Settlement {
        do {
            let continuation = TaskContinuation(headers: attempt.headers, embed: report.embed)
            let plan = try continuation.replacement(by: signature)
            let canvas = self.effects(attempt.headers, plan)
            return attempt.message.settlement(
                .acknowledge,
                publications: try await self.host.messages(for: plan.calls),
                canvas: canvas.isEmpty ? nil : canvas
            )
        } catch  where Task.isCancelled {
            return attempt.message.settlement(.release)
        } catch {
            return await self.fail(attempt, ExceptionDocument(error), nil, report, ended)
        }
    }

    /// Calls the errbacks of this process and returns the messages of the others.
    ///
    /// One that cannot be sent must not keep the failure from being stored.
    func carryOut(
        _ plan: FailurePlan,
        for headers: TaskHeaders,
        _ exception: ExceptionDocument,
        _ traceback: String?
    ) async -> [Publication] {
        for problem in plan.problems {
            let metadata = headers.logMetadata.merging(["error": "\(problem)"]) { $1 }
            self.logger.error("an errback cannot be called", metadata: metadata)
        }
        for handler in plan.handlers {
            // The body of a chord fails on behalf of the part that came last.
            let id = handler.parentID ?? headers.id
            let name = id == headers.id ? headers.task : nil
            let failed = FailedTask(id: id, name: name, exception: exception, traceback: traceback)
            await self.host.handle(failed, with: handler)
        }
        do {
            return try await self.host.messages(for: plan.plan.calls)
        } catch {
            let metadata = headers.logMetadata.merging(["error": "\(error)"]) { $1 }
            self.logger.error("errbacks cannot be sent", metadata: metadata)
            return []
        }
    }

    func isErrorHandler(_ task: String) -> Bool { self.host.settings(of: task)?.isErrorHandler ?? false }

    /// What a plan writes besides messages.
    func effects(_ headers: TaskHeaders, _ plan: CanvasPlan) -> CanvasEffects {
        CanvasEffects(origin: headers, chords: plan.chords, groups: plan.groups, expires: self.reports.expires)
    }
}
