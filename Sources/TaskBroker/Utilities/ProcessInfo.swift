#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the operating system says about this process and this machine.
package enum ProcessInfo {
    /// The process id.
    package static var pid: Int { Int(getpid()) }

    /// How many processors this process may use.
    package static let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The name of this machine; `localhost` if it has none.
    package static let hostName: String = {
        let name = unsafe String(unsafeUninitializedCapacity: 256) { buffer in
            let status = unsafe buffer.withMemoryRebound(to: CChar.self) {
                unsafe $0.baseAddress.map { base in unsafe gethostname(base, 255) } ?? -1
            }
            return status == 0 ? unsafe buffer.firstIndex(of: 0) ?? 0 : 0
        }
        return name.isEmpty ? "localhost" : name
    }()

    /// The environment variables.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let pointer = unsafe next.pointee {
            let text = unsafe String(cString: pointer)
            if let separator = text.firstIndex(of: "=") {
                variables[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            unsafe next = unsafe next.successor()
        }
        return variables
    }
}
