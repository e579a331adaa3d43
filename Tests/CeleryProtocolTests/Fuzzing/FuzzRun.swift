import FuzzChecks

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How much is tried, and from where.
enum FuzzRun {
    /// Inputs a check: `FUZZ_ITERATIONS`, or what takes all of them together a few seconds.
    static let iterations = Self.number("FUZZ_ITERATIONS").flatMap(Int.init(exactly:)) ?? 1_000
    /// `FUZZ_SEED`, or another one each time.
    static let seed = Self.number("FUZZ_SEED") ?? .random(in: 1...999_999)

    /// The generator of one check, which does not depend on which others run.
    static func generator(for check: FuzzCheck) -> SplitMix64 {
        SplitMix64(seed: check.name.utf8.reduce(self.seed) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 })
    }

    /// Says how to repeat what begins now, on standard error, which does not wait.
    static func announce(_ check: FuzzCheck) {
        var line = "fuzzing \(check.name): FUZZ_ITERATIONS=\(self.iterations) FUZZ_SEED=\(self.seed)\n"
        line.withUTF8 { _ = unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
