#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The name of this machine.
package enum HostName {
    /// The name of this machine; `localhost` if it has none.
    package static let current: String = {
        let name = String(unsafeUninitializedCapacity: 256) { buffer in
            let status = buffer.withMemoryRebound(to: CChar.self) { unsafe gethostname($0.baseAddress, $0.count - 1) }
            return status == 0 ? unsafe buffer.firstIndex(of: 0) ?? 0 : 0
        }
        return name.isEmpty ? "localhost" : name
    }()
}
