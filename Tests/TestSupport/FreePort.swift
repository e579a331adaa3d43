#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Finds ports of the loopback interface on which nobody listens.
package enum FreePort {
    /// Below the range from which systems take the ports of outgoing connections, so that none of those gets in the way.
    private static let range = 20_000..<32_000

    /// A port that could be bound a moment ago, chosen at random because other test runs look for one at the same time.
    package static func find() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: Self.range)
            if Self.canBind(port) { return port }
        }
        throw TimedOut(description: "no free port on the loopback interface")
    }

    private static func canBind(_ port: Int) -> Bool {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        let status = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) {
                unsafe bind(descriptor, $0.baseAddress, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return status == 0
    }
}
