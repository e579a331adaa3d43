public import TaskBroker

extension TaskApp {
    /// What was sent by an app in memory, the oldest first.
    ///
    /// Calls that met a taken ``TaskOptions/unique`` key were not sent; a task that is retried was sent once.
    public var published: [PublishedTask] {
        self.inMemoryBroker.look(\.published).compactMap { PublishedTask($0.payload) }
    }

    /// The calls of a task that were sent by an app in memory, the oldest first.
    public func published<Arguments, Output>(_ task: TaskDefinition<Arguments, Output>) -> [PublishedTask] {
        self.published(named: task.name)
    }

    /// The calls of a task that were sent by an app in memory, the oldest first.
    public func published(named name: String) -> [PublishedTask] {
        self.published.filter { $0.name == name }
    }

    /// The tasks that wait in a queue of an app in memory, the one that is served next foremost.
    public func waiting(in queue: String) -> [PublishedTask] {
        self.inMemoryBroker
            .look { state in ListAddress.all(of: [queue]).flatMap { state.lists[$0]?.messages ?? [] } }
            .compactMap { PublishedTask($0) }
    }

    /// The tasks that workers of an app in memory have put aside until later, the one that is due first foremost.
    ///
    /// A task with a countdown waits in its queue until a worker finds that it is not due.
    public var delayed: [PublishedTask] {
        self.inMemoryBroker.look(\.delayed.all).compactMap { PublishedTask($0.raw) }
    }

    /// The messages that no worker of an app in memory will run, the oldest first.
    public var deadLetters: [DeadMessage] {
        self.inMemoryBroker.look(\.dead)
    }
}
