#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Small files that tests and the programs they start leave for each other.
package enum TextFile {
    /// The text of a file; empty if there is none.
    package static func contents(of path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Creates a file or replaces what is in it.
    package static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Whether there is a file.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}

/// The environment of the tests.
package enum EnvironmentVariable {
    /// The value of a variable, if it is set to something.
    package static func value(of name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
