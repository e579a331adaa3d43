package import CeleryProtocol

extension WorkerVitals {
    /// The vitals of a worker in this process: what it tells itself, and what the machine and the software are.
    package init(active: Int, processed: Int) {
        self.init(
            active: active,
            processed: processed,
            loadAverage: ProcessInfo.loadAverage,
            software: Software.identifier,
            version: Software.version,
            system: Software.system
        )
    }
}
