import CeleryProtocol
import Testing

@testable import TaskBroker

struct OutputCodingTests {
    /// A value whose encoding fails.
    private struct Broken: Codable, Sendable {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "it is broken"))
        }
    }

    @Test func `A value that cannot be encoded is kombu's EncodeError, and says what it is`() throws {
        let error = try #require(throws: UnencodableResult.self) {
            try OutputCoding<Broken>.codable.encode(Broken())
        }
        #expect(error.exception.type == "EncodeError")
        #expect(error.exception.module == "kombu.exceptions")
        #expect(error.description.contains("Broken"))
        #expect(error.description.contains("it is broken"))
    }
}
