extension MessageTemplate {
    /// The message of a call as kombu writes it, if a worker would take it.
    ///
    /// What would become a dead letter at its arrival is refused where somebody can still do something about it.
    ///
    /// - Throws: ``MessageError`` with ``MessageError/Code/tooLarge`` or ``MessageError/Code/tooDeep``.
    package func encoded(_ call: MessageCall) throws(MessageError) -> [UInt8] {
        let levels = self.limits.levelsOfArguments
        let isTooDeep =
            self.isTooDeep || call.args.contains { $0.isNested(deeperThan: levels) }
            || !call.kwargs.isEmpty && call.kwargs.values.contains { $0.isNested(deeperThan: levels) }
        guard !isTooDeep else {
            throw MessageError(
                .tooDeep,
                "The message of \(self.task) is nested deeper than the \(self.limits.maximumDepth) levels that a worker reads."
            )
        }
        let bytes = self.bytes(of: call)
        guard bytes.count <= self.limits.maximumBytes else {
            throw MessageError(
                .tooLarge,
                "The message of \(self.task) has \(bytes.count) bytes, more than the \(self.limits.maximumBytes) that a worker "
                    + "takes. Store the data somewhere, and send where it is."
            )
        }
        // Only a message of some size can exceed the other limits, and reading it is the surest way to find out.
        guard bytes.count > min(self.limits.maximumHeaderBytes, self.limits.maximumElements) else { return bytes }
        _ = try Envelope(decoding: bytes, limits: self.limits).decodeBody()
        return bytes
    }
}

extension MessageLimits {
    /// How deep an argument or a header may be nested.
    ///
    /// Above them are envelope and headers, or body and arguments; above a signature body, embed and list.
    var levelsOfArguments: Int { self.maximumDepth - 2 }
}
