/// Who may command a worker from afar.
///
/// Whoever may publish to the broker can send control requests, and Celery carries out all of them: anybody who can reach Redis
/// can shut down a fleet (`reliability.md` X7).
public struct ControlPolicy: Sendable {
    let kind: Kind

    enum Kind: Sendable {
        case all
        case inspect
        case signed(ControlKey)
    }

    /// Everybody may do everything, as in Celery.
    public static let all = ControlPolicy(kind: .all)

    /// Everybody may look, and switch events on and off; nobody may do anything else.
    public static let inspect = ControlPolicy(kind: .inspect)

    /// Everybody may look, and switch events on and off; everything else needs a signature made with the key.
    ///
    /// Celery's own programs cannot sign; ours do when the key is in their ``TaskAppConfiguration/controlKey``.
    public static func signed(with key: ControlKey) -> ControlPolicy { ControlPolicy(kind: .signed(key)) }

    /// What a worker does that was told nothing: ``signed(with:)`` if there is a key, else ``all`` where only programs on this
    /// machine can reach the broker, else ``inspect``.
    package static func standard(for address: BrokerAddress, key: ControlKey? = nil) -> ControlPolicy {
        if let key { return .signed(with: key) }
        return address.isLoopback ? .all : .inspect
    }
}

extension ControlPolicy {
    /// Whether what anybody says is believed.
    var trustsEverybody: Bool {
        if case .all = self.kind { true } else { false }
    }
}

extension ControlPolicy: CustomStringConvertible {
    /// `all`, `inspect` or `signed`.
    public var description: String {
        switch self.kind {
        case .all: "all"
        case .inspect: "inspect"
        case .signed: "signed"
        }
    }
}
