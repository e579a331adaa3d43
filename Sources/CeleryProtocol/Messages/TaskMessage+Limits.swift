extension TaskMessage {
    /// The message as kombu writes it, if a worker would take it.
    ///
    /// - Throws: ``MessageError`` with ``MessageError/Code/tooLarge`` or ``MessageError/Code/tooDeep``.
    package func encoded(within limits: MessageLimits) throws(MessageError) -> [UInt8] {
        try MessageTemplate(self, limits: limits).encoded(MessageCall(self))
    }

    /// Whether what surrounds the arguments is nested deeper than a worker reads.
    func isTooDeep(for limits: MessageLimits) -> Bool {
        let levels = limits.levelsOfArguments
        return self.headers.custom.values.contains { $0.isNested(deeperThan: levels) }
            || self.headers.stamps.values.contains { $0.isNested(deeperThan: levels - 1) }
            || self.embed.signatures.contains { $0.isNested(deeperThan: levels - 1) }
    }
}

extension TaskEmbed {
    /// Everything that is embedded.
    fileprivate var signatures: [JSONValue] {
        [self.callbacks, self.errbacks, self.chain].compactMap(\.self).joined() + [self.chord].compactMap(\.self)
            + self.custom.values
    }
}
