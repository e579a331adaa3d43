import TestSupport

/// How much of the fault suite runs: `TASKBROKER_FAULTS` is `ci`, `nightly` or `release`.
enum FaultTier: String {
    /// With every push, beside all other tests: minutes.
    case ci
    /// At most forty minutes.
    case nightly
    /// At most two hours.
    case release

    /// The tier of this run.
    static let current = EnvironmentVariable.value(of: "TASKBROKER_FAULTS").flatMap(Self.init) ?? .ci

    /// How many times as long as its bar a recovery may take.
    ///
    /// With every push it runs on machines that do other things as well, where nobody may be kept from merging by that; what is lost or
    /// run too often is counted as strictly there. The other tiers measure.
    static let patience: Double = Self.pick(ci: 4, nightly: 1, release: 1)

    /// One of three numbers.
    static func pick<Value>(ci: Value, nightly: Value, release: Value) -> Value {
        switch self.current {
        case .ci: ci
        case .nightly: nightly
        case .release: release
        }
    }
}

/// Where the random choices of this run come from.
///
/// The same seed makes the same choices: which worker is killed, after how many tasks, for how long a server is away. What the
/// machine makes of them in which order is its own affair, so a red run is repeated with high probability and not with certainty.
enum FaultSeed {
    /// `TASKBROKER_FAULTS_SEED`, or a new one.
    static let current =
        EnvironmentVariable.value(of: "TASKBROKER_FAULTS_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)

    /// The generator of one scenario, which does not depend on what other scenarios have drawn.
    static func generator(for scenario: String) -> SeededGenerator {
        SeededGenerator(seed: scenario.utf8.reduce(self.current) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 })
    }
}
