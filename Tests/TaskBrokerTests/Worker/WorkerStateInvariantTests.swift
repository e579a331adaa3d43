import Testing

@testable import TaskBroker

struct WorkerStateInvariantTests {
    @Test(arguments: [1, 2, 7, 40, 250], [0, 5])
    func `Whatever happens, every message the worker was given ends exactly once`(concurrency: Int, prefetch: Int) {
        for seed in 0..<40 as Range<UInt64> {
            var simulation = WorkerSimulation(
                seed: seed,
                configuration: WorkerConfiguration(concurrency: concurrency, prefetch: prefetch),
                messages: 3 * concurrency
            )
            simulation.run(400)
            #expect(simulation.hasEnded, "seed \(seed)")
            #expect(!simulation.told.isEmpty, "seed \(seed)")
            for claim in simulation.told {
                let ends = simulation.acceptedCount[claim, default: 0] + (simulation.lost.contains(claim) ? 1 : 0)
                #expect(ends == 1, "claim \(claim) of seed \(seed)")
            }
        }
    }
}
