package import CeleryProtocol

/// Where a JSON document on the command line comes from: the text itself, `@FILE`, or `-` for standard input.
package struct JSONSource: Sendable, Hashable {
    private let text: String

    /// Creates a source from the value of an option.
    package init(_ text: String) {
        self.text = text
    }

    /// The largest document: what the broker takes at most as one message.
    private static let limit = 8 << 20
}

extension JSONSource {
    /// Reads and parses the document.
    ///
    /// - Parameter option: The option that it is the value of, for messages.
    package func read(for option: String) throws(CommandError) -> JSONValue {
        let bytes: [UInt8] =
            switch self.text {
            case "-": try Self.contents(of: .standardInput, named: "standard input")
            case _ where self.text.hasPrefix("@"): try Self.file(String(self.text.dropFirst()))
            default: Array(self.text.utf8)
            }
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw CommandError(.usage, "\(option) is not JSON: \(error).", advice: Self.advice(for: option))
        }
    }

    private static func advice(for option: String) -> String {
        let example = option == "--kwargs" ? "{\"x\": 2}" : "[2, \"two\"]"
        return
            "Quote it for the shell: \(option) '\(example)'. A file is read with \(option) @FILE, standard input with '-'."
    }

    /// The bytes of a file, or of standard input with `-`.
    package static func contents(ofFile path: String) throws(CommandError) -> [UInt8] {
        path == "-" ? try self.contents(of: .standardInput, named: "standard input") : try self.file(path)
    }

    private static func file(_ path: String) throws(CommandError) -> [UInt8] {
        let file: FileDescriptor
        do throws(SystemError) {
            file = try .reading(path)
        } catch {
            throw CommandError(.configuration, "The file '\(path)' cannot be opened: \(error).")
        }
        defer { file.close() }
        return try self.contents(of: file, named: "the file '\(path)'")
    }

    private static func contents(of file: FileDescriptor, named name: String) throws(CommandError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(SystemError) {
            while bytes.count <= self.limit {
                let part = try file.read(upTo: 64 << 10)
                if part.isEmpty { return bytes }
                bytes += part
            }
        } catch {
            throw CommandError(.configuration, "Reading \(name) failed: \(error).")
        }
        throw CommandError(
            .rejected,
            "What \(name) contains is larger than 8 MiB, which no broker takes as one message."
        )
    }
}
