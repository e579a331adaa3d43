import Synchronization

/// The form of a task's latest call, for the next one with the same options, which nearly always is the same.
///
/// A form takes longer to make than the rest of a message: it holds most of its bytes. That of calls without options, which are most, is
/// kept apart, as it need not be compared.
final class LatestForm: Sendable {
    /// A class, because it is taken out of the lock for each call.
    private final class Entry: Sendable {
        let options: TaskOptions
        let form: MessageForm

        init(_ options: TaskOptions, _ form: MessageForm) {
            self.options = options
            self.form = form
        }
    }

    private let plain = Mutex<MessageForm?>(nil)
    private let latest = Mutex<Entry?>(nil)
}

extension LatestForm {
    /// The form, if calls with these options have it.
    func form(for options: TaskOptions?) -> MessageForm? {
        guard let options else { return self.plain.withLock { $0 } }
        guard let latest = self.latest.withLock({ $0 }), options.haveForm(of: latest.options) else { return nil }
        return latest.form
    }

    /// Keeps a form for calls with the same options.
    func store(_ form: MessageForm, of options: TaskOptions?) {
        guard let options else { return self.plain.withLock { $0 = form } }
        self.latest.withLock { $0 = Entry(options, form) }
    }
}
