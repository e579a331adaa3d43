#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
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

    /// Adds a line to a file with one write, so that lines of several programs do not mix; creates the file.
    package static func append(_ line: String, to path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { _ = close(descriptor) }
        let bytes = Array("\(line)\n".utf8)
        guard writeOnce(bytes, to: descriptor) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Creates a folder.
    package static func createFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Whether there is a file.
    package static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}

/// The system's `write`, which the method of the same name hides above.
private func writeOnce(_ bytes: [UInt8], to descriptor: Int32) -> Int {
    unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
}

/// The environment of the tests.
package enum EnvironmentVariable {
    /// The value of a variable, if it is set to something.
    package static func value(of name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
