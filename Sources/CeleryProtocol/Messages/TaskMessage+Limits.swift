extension TaskMessage {
    /// The message as kombu writes it, if a worker would take it.
    ///
    /// What would become a dead letter at its arrival is refused where somebody can still do something about it.
    ///
    /// - Throws: ``MessageError`` with ``MessageError/Code/tooLarge`` or ``MessageError/Code/tooDeep``.
    package func encoded(within limits: MessageLimits) throws(MessageError) -> [UInt8] {
        // Above the values are: envelope and headers; body and arguments; body, embed and list of signatures.
        let levels = limits.maximumDepth - 2
        let isTooDeep =
            self.headers.custom.values.contains { $0.isNested(deeperThan: levels) }
            || self.headers.stamps.values.contains { $0.isNested(deeperThan: levels - 1) }
            || self.args.contains { $0.isNested(deeperThan: levels) }
            || self.kwargs.values.contains { $0.isNested(deeperThan: levels) }
            || self.embed.signatures.contains { $0.isNested(deeperThan: levels - 1) }
        if isTooDeep {
            throw MessageError(
                .tooDeep,
                "The message of \(self.headers.task) is nested deeper than the \(limits.maximumDepth) levels that a worker reads."
            )
        }
        let bytes = self.encoded()
        guard bytes.count <= limits.maximumBytes else {
            throw MessageError(
                .tooLarge,
                "The message of \(self.headers.task) has \(bytes.count) bytes, more than the \(limits.maximumBytes) that a worker "
                    + "takes. Store the data somewhere, and send where it is."
            )
        }
        // Only a message of some size can exceed the other limits, and reading it is the surest way to find out.
        guard bytes.count > min(limits.maximumHeaderBytes, limits.maximumElements) else { return bytes }
        _ = try Envelope(decoding: bytes, limits: limits).decodeBody()
        return bytes
    }
}

extension TaskEmbed {
    /// Everything that is embedded.
    fileprivate var signatures: [JSONValue] {
        [self.callbacks, self.errbacks, self.chain].compactMap(\.self).joined() + [self.chord].compactMap(\.self)
            + self.custom.values
    }
}
