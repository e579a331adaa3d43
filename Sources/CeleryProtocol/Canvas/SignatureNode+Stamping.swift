extension SignatureNode {
    /// Marks every task in this signature with stamps (celery-wire §7.10).
    ///
    /// A stamp is an option of its name, and `stamped_headers` lists the names. Stamps that are there under other names
    /// stay.
    ///
    /// - Parameter onLinks: Whether callbacks and errbacks are stamped as well, as Celery does.
    package mutating func stamp(_ stamps: [String: JSONValue], onLinks: Bool = true) {
        if onLinks {
            for option in [SignatureOption.link, SignatureOption.linkError] where self.options[option] != nil {
                let stamped = self.list(option).map { Self.stamped($0, stamps) }
                self.options[option] = .array(stamped)
            }
        }
        switch self.kind {
        case .task, .chunks:
            let names = (self.options[SignatureOption.stampedHeaders]?.arrayValue ?? []).compactMap(\.stringValue)
            self.set(stamps)
            self.options[SignatureOption.stampedHeaders] = .array(
                Set(names).union(stamps.keys).sorted().map { .string($0) }
            )
        case .chain, .group:
            self.updateTasks { $0.stamp(stamps, onLinks: onLinks) }
        case .chord(var header, var body):
            header.stamp(stamps, onLinks: onLinks)
            body.stamp(stamps, onLinks: onLinks)
            self.kind = .chord(header: header, body: body)
        }
    }

    private static func stamped(_ link: JSONValue, _ stamps: [String: JSONValue]) -> JSONValue {
        guard var signature = try? SignatureNode(json: link) else { return link }
        signature.stamp(stamps)
        return signature.json
    }
}
