import NIOCore

/// Runs tasks on the thread of an event loop.
///
/// Unchecked `Sendable`, because what it gathers is touched on the loop only.
final class EventLoopExecutor: TaskExecutor, @unchecked Sendable {
    let eventLoop: any EventLoop

    private var isGathering = false
    /// What has been woken since gathering began.
    private var woken: [UnownedJob] = []

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if self.eventLoop.inEventLoop, self.isGathering {
            self.woken.append(job)
        } else {
            self.eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    /// Handles an event of the loop, and then runs the tasks that it has woken: a whole turn of the loop for each, which
    /// takes 2,000 instructions, would come to the same.
    ///
    /// What those tasks wake in turn has to wait for its turn, so that the loop gets back to its other events.
    func runWhatWakes(_ event: () -> Void) {
        self.eventLoop.assertInEventLoop()
        self.isGathering = true
        event()
        self.isGathering = false
        // Out of the way, should one of them handle an event as well; and back, because its room is needed for each reply.
        var jobs: [UnownedJob] = []
        swap(&jobs, &self.woken)
        for job in jobs { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        jobs.removeAll(keepingCapacity: true)
        swap(&jobs, &self.woken)
    }
}
