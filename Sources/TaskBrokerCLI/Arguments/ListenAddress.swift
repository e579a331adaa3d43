import ArgumentParser

/// Where to listen: `8080`, `0.0.0.0:8080`, `[::1]:8080`, `localhost:0` for any free port.
///
/// A port alone is one of the loopback interface: what everybody may ask has to be asked for.
package struct ListenAddress: Hashable, Sendable {
    /// A name or an address, without brackets.
    package let host: String
    /// The port; 0 for any that is free.
    package let port: Int

    /// Reads an address; `nil` for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else {
            guard let port = Self.port(text[...]) else { return nil }
            (self.host, self.port) = ("127.0.0.1", port)
            return
        }
        guard let port = Self.port(text[text.index(after: colon)...]), let host = Self.host(text[..<colon]) else {
            return nil
        }
        (self.host, self.port) = (host, port)
    }
}

extension ListenAddress {
    private static func port(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { return nil }
        return UInt16(text).map(Int.init)
    }

    /// The colons of an IPv6 address would hide the port, so it stands in brackets.
    private static func host(_ text: Substring) -> String? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let host = isBracketed ? text.dropFirst().dropLast() : text
        let isPlain = host.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
            case ":", "%": isBracketed
            default: false
            }
        }
        return host.isEmpty || !isPlain ? nil : String(host)
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as it is given on the command line.
    package var description: String { "\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(self.port)" }
}

extension ListenAddress: ExpressibleByArgument {
    /// Reads the value of an option.
    package init?(argument: String) {
        self.init(argument)
    }
}
