/// Builds a chain out of signatures that stand below each other.
@resultBuilder
public enum ChainBuilder {
    /// Begins the chain.
    public static func buildPartialBlock<Input, Output>(
        first: Signature<Input, Output>
    ) -> Signature<Input, Output> {
        first
    }

    /// Continues it with a signature that takes the result.
    public static func buildPartialBlock<Input, Middle, Output>(
        accumulated: Signature<Input, Middle>,
        next: Signature<Middle, Output>
    ) -> Signature<Input, Output> {
        accumulated | next
    }

    /// Continues it with a complete signature, which ignores the result.
    public static func buildPartialBlock<Input, Middle, Output>(
        accumulated: Signature<Input, Middle>,
        next: Signature<Void, Output>
    ) -> Signature<Input, Output> {
        accumulated | next
    }

    /// Continues it after a task that returns nothing.
    public static func buildPartialBlock<Input, Output>(
        accumulated: Signature<Input, Void>,
        next: Signature<Void, Output>
    ) -> Signature<Input, Output> {
        accumulated | next
    }
}
