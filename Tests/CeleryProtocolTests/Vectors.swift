import CeleryProtocol
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The messages and results that were recorded from Celery 5.7 (`shared/vectors`, next to the checkout).
///
/// The folder is looked for upwards from this file, or named by `TASKBROKER_VECTORS`. Without it the tests fail: they
/// are the proof that we speak Celery's language.
struct Vectors {
    let folder: String

    init(file: String = #filePath) throws {
        if let folder = ProcessInfo.processInfo.environment["TASKBROKER_VECTORS"] {
            self.folder = folder
            return
        }
        var components = file.split(separator: "/").dropLast()
        while !components.isEmpty {
            let candidate = "/" + components.joined(separator: "/") + "/shared/vectors"
            if FileManager.default.fileExists(atPath: candidate + "/INDEX.md") {
                self.folder = candidate
                return
            }
            components.removeLast()
        }
        throw MissingVectors()
    }

    struct MissingVectors: Error, CustomStringConvertible {
        let description = """
            The recorded messages of Celery are missing: check out shared/vectors beside the repository or name its \
            folder in TASKBROKER_VECTORS.
            """
    }

    /// The names of all files that start with a prefix, without their extension.
    func names(prefix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.folder)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }
            .map { String($0.dropLast(".json".count)) }
            .sorted()
    }

    /// The contents of one file.
    func load(_ name: String) throws -> JSONValue {
        let path = self.folder + "/" + name + ".json"
        return try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path))))
    }

    /// Every object in a file that has a member `raw`: a message or a result as it was stored, and what Python read
    /// from it.
    func records(in name: String) throws -> [Record] {
        var records: [Record] = []
        Self.collect(from: try self.load(name), into: &records)
        return records
    }

    private static func collect(from value: JSONValue, into records: inout [Record]) {
        if let raw = value["raw"]?.stringValue {
            records.append(Record(raw: Array(raw.utf8), fields: value))
        } else if let elements = value.arrayValue {
            elements.forEach { self.collect(from: $0, into: &records) }
        } else if let members = value.objectValue {
            members.sorted { $0.key < $1.key }.forEach { self.collect(from: $0.value, into: &records) }
        }
    }

    struct Record {
        let raw: [UInt8]
        let fields: JSONValue
    }
}
