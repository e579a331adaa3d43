import Synchronization

/// Reads messages for somebody who reads many: most differ from one that was read before in a few texts only, and are read by comparing.
///
/// The result is that of ``Envelope/init(decoding:limits:)``, which reads what is like no message before. Reading a message of
/// `add.delay(2, 2)` takes a quarter of the instructions that way.
package final class EnvelopeReader: Sendable {
    private struct State {
        /// The one that was of use last comes first.
        var templates: [EnvelopeTemplate] = []
        /// How many messages in a row were like none of them.
        var misses = 0
    }

    /// So many kinds of messages are remembered: a message that is like none of them is compared with each.
    static let capacity = 8

    private let limits: MessageLimits
    private let state = Mutex(State())

    /// Creates a reader that has read nothing yet.
    package init(limits: MessageLimits = .default) {
        self.limits = limits
    }

    /// Reads an element of a queue's list.
    ///
    /// - Throws: What ``Envelope/init(decoding:limits:)`` throws.
    package func read(_ raw: [UInt8]) throws(MessageError) -> Envelope {
        let (templates, misses) = self.state.withLock { ($0.templates, $0.misses) }
        for (index, template) in templates.enumerated() {
            guard let envelope = template.envelope(of: raw) else { continue }
            if index > 0 || misses > 0 { self.noteUse(of: template, at: index) }
            return envelope
        }
        let envelope = try Envelope(decoding: raw, limits: self.limits)
        self.learn(from: envelope)
        return envelope
    }

    private func noteUse(of template: EnvelopeTemplate, at index: Int) {
        self.state.withLock { state in
            state.misses = 0
            guard index > 0, index < state.templates.count, state.templates[index].example === template.example else {
                return
            }
            state.templates.remove(at: index)
            state.templates.insert(template, at: 0)
        }
    }

    /// Remembers a message for those to come.
    ///
    /// Where every message differs from the one before it that is for nothing; so it is done the more seldom, the longer it was.
    private func learn(from envelope: Envelope) {
        let misses = self.state.withLock { state in
            state.misses &+= 1
            return state.misses
        }
        guard misses & (misses &- 1) == 0 || misses.isMultiple(of: 1024), let template = EnvelopeTemplate(envelope)
        else { return }
        self.state.withLock { state in
            if state.templates.count == Self.capacity { state.templates.removeLast() }
            state.templates.insert(template, at: 0)
        }
    }
}
