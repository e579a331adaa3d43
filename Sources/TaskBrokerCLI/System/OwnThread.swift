private import CommandSpawn

/// Work that blocks, on a thread of its own, so that it keeps no other task from running.
enum OwnThread {
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) {
            self.run = run
        }
    }

    /// Runs `body` on a new thread, which ends with it.
    ///
    /// - Throws: ``SystemError`` if there can be no more threads.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let argument = unsafe Unmanaged.passRetained(Body { continuation.resume(returning: body()) })
            let number = unsafe command_start_thread(
                { pointer in
                    guard let pointer = unsafe pointer else { return }
                    unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                },
                argument.toOpaque()
            )
            if number != 0 {
                unsafe argument.release()
                continuation.resume(throwing: SystemError(number: number))
            }
        }
    }
}
