/// A host whose tasks run in other processes, so that nobody has to wait for them.
protocol RemoteHost: TaskHost {
    /// Starts a task where there is room for it.
    ///
    /// - Parameter end: Called once, on any thread and perhaps before this returns: with the number of the run and its report, or without one
    ///   if no host had room, or its host has died. Such a run goes on with ``TaskHost/execute(_:)`` under its number, or ends with
    ///   ``forget(_:)``.
    func start(_ invocation: TaskInvocation, _ end: @escaping @Sendable (RunID, TaskReport?) -> Void)

    /// Sends what was started at once, and not with what may be started next; to be called where frames are sent from.
    func flush()

    /// Drops what is known of a run that came back without a report and does not begin again.
    func forget(_ run: RunID)

    /// Has the runs of these claims end, or all.
    func cancel(_ claims: Set<Claim>?)
}
