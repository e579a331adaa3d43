/// What an examination looks for, and what it does about it.
public struct ExaminationOptions: Sendable, Hashable {
    /// What to look for.
    public var kinds: Set<Damage.Kind>
    /// Whether damage is repaired.
    public var isRepairing: Bool
    /// For how long nobody must have touched a complete chord before it counts as stuck; for replies it is a minute at most.
    public var quietTime: Duration
    /// For how long a claim without a lease gets one if its worker lives, so that it can renew it: the lease of the workers.
    public var lease: Duration
    /// Whether kinds that are repaired only on request are.
    var repairsOptionalKinds: Bool
    /// The nonces of the workers that live, by which their claims are known.
    package var nonces: Set<String> = []

    /// Creates options.
    ///
    /// - Parameters:
    ///   - kinds: What to look for; everything when absent.
    ///   - isRepairing: Whether damage is repaired. Kinds that are ``Damage/Kind/isOptional`` are repaired only if `kinds` is given.
    ///   - quietTime: After how long a complete chord counts as stuck. An hour is Celery's visibility timeout: until then a Python
    ///     worker may get the last part again.
    ///   - lease: The lease of the workers.
    public init(
        kinds: Set<Damage.Kind>? = nil,
        isRepairing: Bool = false,
        quietTime: Duration = .seconds(3600),
        lease: Duration = .seconds(30)
    ) {
        self.kinds = kinds ?? Set(Damage.Kind.allCases)
        self.isRepairing = isRepairing
        self.quietTime = quietTime
        self.lease = lease
        self.repairsOptionalKinds = kinds != nil
    }
}

extension ExaminationOptions {
    /// Whether damage of a kind is repaired.
    package func repairs(_ kind: Damage.Kind) -> Bool {
        self.isRepairing && kind.isRepairable && (!kind.isOptional || self.repairsOptionalKinds)
    }

    /// Whether any of some kinds are looked for.
    package func looksFor(_ kinds: Damage.Kind...) -> Bool {
        kinds.contains(where: self.kinds.contains)
    }
}

/// How far an examination is.
public struct ExaminationProgress: Sendable, Hashable {
    /// How many keys were looked at.
    public var keys = 0
    /// How many keys there are.
    public var allKeys = 0
    /// How many entries of keys were looked at.
    public var entries = 0
    /// How many lists were looked at; a queue has four.
    public var lists = 0
}

/// What an examination has found.
public struct ExaminationReport: Sendable, Hashable {
    /// How much was looked at.
    public var progress = ExaminationProgress()
    /// How much of each kind was there.
    public var found: [Damage.Kind: Int] = [:]
    /// How much of each kind was repaired.
    public var repaired: [Damage.Kind: Int] = [:]
    /// Whether somebody has to look at something: there is damage that is not repaired, or something is lost.
    public var needsAttention = false
}

extension ExaminationReport {
    /// Notes a damage.
    mutating func add(_ damage: Damage) {
        self.found[damage.kind, default: 0] += damage.count
        if damage.state == .repaired { self.repaired[damage.kind, default: 0] += damage.count }
        if damage.needsAttention { self.needsAttention = true }
    }
}
