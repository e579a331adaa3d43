import Logging
import Synchronization

/// How much memory the processes occupy.
extension ProcessHosts {
    /// Looks at all processes.
    func watch() {
        let processes = self.state.withLock(\.processes)
        for (host, process) in processes { self.look(at: process, host) }
        self.perform(self.state.withLock { $0.pool.trim() })
    }

    /// Looks at a process after one of its tasks, if memory matters.
    func checkMemory(of place: Placement) {
        guard self.configuration.maximumMemory != nil else { return }
        self.look(at: place.process, place.host)
    }

    private func look(at process: HostProcess, _ host: HostPool.ID) {
        guard let bytes = HostMemory.residentBytes(of: process.pid) else { return }
        // It has ended, although something that it has started holds the socket.
        if bytes == 0 { return process.close() }
        guard let limit = self.configuration.maximumMemory, bytes > limit else { return }
        if bytes / 2 > limit {
            process.condemn(memory: bytes, limit: limit)
        } else {
            self.logger.info(
                "a task host is replaced: it occupies too much memory",
                metadata: ["pid": "\(process.pid)", "bytes": "\(bytes)"]
            )
            self.perform(self.state.withLock { $0.pool.retire(host) })
        }
    }
}
