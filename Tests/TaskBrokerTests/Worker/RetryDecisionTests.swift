import CeleryProtocol
import Testing

@testable import TaskBroker

struct RetryDecisionTests {
    private struct Broken: Error {}
    private static let broken = ExceptionDocument(type: "Broken", message: ["Broken()"], module: "taskbroker")
    private static let start = Timestamp(microseconds: 1_000_000_000_000)

    private func outcome(
        of error: any Error,
        retry: RetryPolicy = .never,
        retries: Int = 0,
        headers: [String: JSONValue] = [:],
        fallback: @escaping @Sendable (any Error) throws -> JSONValue? = { _ in nil }
    ) -> String {
        let task = AnyTask(
            name: "tasks.add",
            options: .init(),
            retry: retry,
            run: { _, _ in .null },
            fallback: fallback
        )
        let decision = RetryDecision(
            task: task,
            headers: TaskHeaders(task: "tasks.add", id: "42", retries: retries, custom: headers),
            started: Self.start
        )
        switch decision.outcome(of: error, TaskBody(args: [2, "a"], kwargs: ["k": nil]), random: 1) {
        case .success(let value): return "success \(value)"
        case .failure(let exception, _): return "failure \(exception.pythonRepr)"
        case .retry(let delay, let cause): return "retry after \(delay) for \(cause?.pythonRepr ?? "nothing")"
        case .rejected(let reason, let requeue): return "rejected \(reason) \(requeue)"
        case .ignored: return "ignored"
        case .replaced(let signature): return "replaced by \(signature.kind)"
        case .cancelled: return "cancelled"
        case .undeliverable(let reason, _, _): return "undeliverable \(reason)"
        }
    }

    @Test func `An error is retried by the policy until the retries are used up`() {
        let policy = RetryPolicy.exponentialBackoff(maxRetries: 2, isJittered: false)
        #expect(self.outcome(of: Broken(), retry: policy) == "retry after 1.0 seconds for Broken('Broken()')")
        #expect(
            self.outcome(of: Broken(), retry: policy, retries: 1) == "retry after 2.0 seconds for Broken('Broken()')"
        )
        #expect(self.outcome(of: Broken(), retry: policy, retries: 2) == "failure Broken('Broken()')")
        #expect(self.outcome(of: Broken()) == "failure Broken('Broken()')")
    }

    @Test func `A budget counts from the first start, which travels with the message`() {
        let policy = RetryPolicy.fixed(.seconds(10), maxRetries: nil).within(.seconds(60))
        func headers(_ age: Int64) -> [String: JSONValue] {
            [RetrySchedule.firstStartHeaderName: .integer(Self.start.microseconds - age * 1_000_000)]
        }
        #expect(self.outcome(of: Broken(), retry: policy, headers: headers(50)).hasPrefix("retry"))
        #expect(self.outcome(of: Broken(), retry: policy, headers: headers(51)).hasPrefix("failure"))
        let asked = TaskRetry(delay: .seconds(5), cause: nil)
        #expect(self.outcome(of: asked, retry: policy, headers: headers(55)).hasPrefix("retry"))
        #expect(self.outcome(of: asked, retry: policy, headers: headers(56)).hasPrefix("failure"))
        for hostile: JSONValue in [.integer(.min), .integer(.max), "yesterday"] {
            let outcome = self.outcome(
                of: Broken(),
                retry: policy,
                headers: [RetrySchedule.firstStartHeaderName: hostile]
            )
            #expect(outcome.hasPrefix("retry"))
        }
    }

    @Test func `The schedule of the call wins over the task's`() {
        let headers = [RetrySchedule.headerName: RetrySchedule.fixed(.seconds(7), maxRetries: 1).headerValue]
        #expect(self.outcome(of: Broken(), headers: headers).hasPrefix("retry after 7.0 seconds"))
        #expect(
            self.outcome(of: Broken(), retry: .fixed(.seconds(9)), retries: 1, headers: headers).hasPrefix("failure")
        )
        let asked = TaskRetry(delay: nil, cause: nil)
        #expect(self.outcome(of: asked, headers: headers) == "retry after 7.0 seconds for nothing")
    }

    @Test func `A retry that a task asks for has Celery's defaults`() {
        let asked = TaskRetry(delay: nil, cause: nil)
        #expect(self.outcome(of: asked) == "retry after 180.0 seconds for nothing")
        #expect(self.outcome(of: asked, retries: 2) == "retry after 180.0 seconds for nothing")
        let text = "\"Can't retry tasks.add[42] args:(2, 'a') kwargs:{'k': None}\""
        #expect(self.outcome(of: asked, retries: 3) == "failure MaxRetriesExceededError(\(text))")
    }

    @Test func `At the last retry a task ends with the cause it gave`() {
        let asked = TaskRetry(delay: .seconds(1), cause: Broken())
        #expect(self.outcome(of: asked, retries: 2) == "retry after 1.0 seconds for Broken('Broken()')")
        #expect(self.outcome(of: asked, retries: 3) == "failure Broken('Broken()')")
        let endless = RetryPolicy.fixed(.seconds(1), maxRetries: nil)
        #expect(self.outcome(of: asked, retry: endless, retries: 1_000).hasPrefix("retry"))
    }

    @Test func `A task can say how often it may be retried, this time`() {
        let once = TaskRetry(delay: .seconds(1), maxRetries: 1, cause: nil)
        #expect(self.outcome(of: once, retries: 0).hasPrefix("retry"))
        #expect(self.outcome(of: once, retries: 1).hasPrefix("failure MaxRetriesExceededError"))
        let often = TaskRetry(delay: .seconds(1), maxRetries: 9, cause: nil)
        #expect(self.outcome(of: often, retry: .fixed(.seconds(1), maxRetries: 2), retries: 8).hasPrefix("retry"))
    }

    @Test func `A fallback is asked when no retry is left`() {
        let fallback: @Sendable (any Error) throws -> JSONValue? = { $0 is Broken ? "nothing found" : nil }
        #expect(self.outcome(of: Broken(), fallback: fallback) == "success \"nothing found\"")
        let policy = RetryPolicy.fixed(.seconds(1), maxRetries: 1)
        #expect(self.outcome(of: Broken(), retry: policy, fallback: fallback).hasPrefix("retry"))
        #expect(self.outcome(of: Broken(), retry: policy, retries: 1, fallback: fallback).hasPrefix("success"))
        #expect(self.outcome(of: TaskFailure(type: "E", message: "m"), fallback: fallback) == "failure E('m')")
    }

    @Test func `A fallback that cannot be encoded fails with that`() {
        struct Unencodable: Error {}
        let outcome = self.outcome(of: Broken(), fallback: { _ in throw Unencodable() })
        #expect(outcome == "failure Unencodable('Unencodable()')")
    }

    @Test func `Arguments that do not fit are not retried`() {
        let mismatch = ArgumentMismatch("takes 2 arguments, but 3 were given")
        let outcome = self.outcome(of: mismatch, retry: .fixed(.seconds(1)))
        #expect(outcome == "failure TypeError('takes 2 arguments, but 3 were given')")
    }

    @Test func `Rejections and ignoring are outcomes of their own, whatever the policy`() {
        let policy = RetryPolicy.fixed(.seconds(1))
        #expect(self.outcome(of: TaskReject("no"), retry: policy) == "rejected no false")
        #expect(self.outcome(of: TaskReject("later", requeue: true), retry: policy) == "rejected later true")
        #expect(self.outcome(of: TaskIgnore(), retry: policy) == "ignored")
    }

    @Test func `Whatever a cancelled task throws, it runs again; but a wish of its own counts`() async {
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                #expect(self.outcome(of: CancellationError()) == "cancelled")
                #expect(self.outcome(of: Broken(), retry: .fixed(.seconds(1)), fallback: { _ in 1 }) == "cancelled")
                #expect(self.outcome(of: TaskRetry(delay: .seconds(1), cause: nil)).hasPrefix("retry"))
                #expect(self.outcome(of: TaskIgnore()) == "ignored")
            }
        }
        #expect(self.outcome(of: CancellationError()) == "failure CancellationError('the task was cancelled')")
    }
}
