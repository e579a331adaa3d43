/// Runs `body` to its end, also if the calling task is or becomes cancelled.
///
/// For the few writes that end something: nobody else does them later. The caller waits for them, and whoever cancelled the caller
/// with it, so that `body` has to be short and to have its own limit of time.
func withoutCancellation<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    // The one unstructured task: structured ones are cancelled with their parents, whatever they do.
    await Task { await body() }.value
}
