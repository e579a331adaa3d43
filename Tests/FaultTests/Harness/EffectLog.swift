import CeleryProtocol
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The judge of a run: the file in which tasks wrote what they did.
///
/// Redis is never asked about that.
final class EffectLog: Sendable {
    private struct State {
        var offset: off_t = 0
        var rest: [UInt8] = []
        var effects: [Effect] = []
        var counts: [Effect.Kind: Set<String>] = [:]
    }

    /// The file.
    let path: String
    private let state = Mutex(State())

    init(path: String) {
        self.path = path
    }

    /// Everything that has been written so far, in the order of the file.
    var effects: [Effect] {
        self.state.withLock { state in
            self.read(into: &state)
            return state.effects
        }
    }

    /// How many different tasks have left an effect of a kind.
    func count(_ kind: Effect.Kind) -> Int {
        self.state.withLock { state in
            self.read(into: &state)
            return state.counts[kind]?.count ?? 0
        }
    }

    /// Whether a task has left an effect of a kind.
    func contains(_ kind: Effect.Kind, _ name: String) -> Bool {
        self.state.withLock { state in
            self.read(into: &state)
            return state.counts[kind]?.contains(name) == true
        }
    }

    /// When a task last left an effect of a kind.
    func lastTime(of kind: Effect.Kind, _ name: String) -> Timestamp? {
        self.effects.last { $0.kind == kind && $0.name == name }?.time
    }

    /// Reads what has been added since the last time, up to the last whole line.
    private func read(into state: inout State) {
        let descriptor = unsafe open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { _ = close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe pread(descriptor, &buffer, buffer.count, state.offset)
            guard count > 0 else { break }
            state.offset += off_t(count)
            state.rest += buffer[..<count]
        }
        guard let end = state.rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
        for line in state.rest[..<end].split(separator: UInt8(ascii: "\n")) {
            guard let effect = Effect(String(decoding: line, as: UTF8.self)) else { continue }
            state.effects.append(effect)
            state.counts[effect.kind, default: []].insert(effect.name)
        }
        state.rest.removeSubrange(...end)
    }
}
