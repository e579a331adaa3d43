import FuzzChecks
import Testing

/// Recorded input with random damage: whatever comes out, nothing traps, nothing takes long, and what a ``FuzzCheck`` promises holds.
///
/// `FUZZ_ITERATIONS` and `FUZZ_SEED` make it longer and repeat it; `scripts/fuzz` looks further, guided by coverage.
struct FuzzTests {
    @Test(arguments: FuzzCheck.all)
    func `holds for damaged input`(check: FuzzCheck) async throws {
        // Printed first, and at once: a trap ends everything.
        FuzzRun.announce(check)
        var generator = FuzzRun.generator(for: check)
        let originals = try FuzzCorpus().inputs(for: check)
        var accepted = 0
        for round in 0..<FuzzRun.iterations {
            // Other tests wait for servers on the same few threads.
            if round.isMultiple(of: 64) { await Task.yield() }
            var input = originals[round < originals.count ? round : .random(in: originals.indices, using: &generator)]
            if round >= originals.count { Mutator.damage(&input, using: &generator) }
            do {
                if try check.run(input) { accepted += 1 }
            } catch {
                let text = String(decoding: input, as: UTF8.self).debugDescription.prefix(4_000)
                Issue.record("\(error); FUZZ_SEED=\(FuzzRun.seed), round \(round): \(text)")
                return
            }
        }
        #expect(accepted > FuzzRun.iterations / 50, "too little is left of the input for the checks to mean something")
    }
}
