import Foundation
import Testing

/// A running `crawl-site`, started with Foundation since this package has no dependency that starts processes.
///
/// Foundation's children inherit a blocked SIGTERM when they are started from a task. That the site stops nevertheless is
/// one of the things tested. Its standard input is a pipe from the test: with `--until-stdin-closes` it cannot outlive it.
struct SiteProcess {
    private let process = Process()
    private let input = Pipe()
    private let standardOutput = Pipe()
    private let standardError = Pipe()
    private let exits: AsyncStream<Int32>

    /// What is written to standard output.
    let output: AsyncStream<Data>

    /// What is written to standard error.
    let errors: AsyncStream<Data>

    /// Starts the executable that was built along with the tests.
    init(_ arguments: [String]) throws {
        let tests = try #require(CommandLine.arguments.first)
        let (exits, exit) = AsyncStream.makeStream(of: Int32.self)
        self.exits = exits
        self.process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "crawl-site")
        self.process.arguments = arguments
        self.process.standardInput = self.input
        self.process.standardOutput = self.standardOutput
        self.process.standardError = self.standardError
        self.process.terminationHandler = { process in
            // The status of a child that a signal ended is the signal's number, which must not pass for an exit code.
            exit.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
            exit.finish()
        }
        self.output = Self.chunks(of: self.standardOutput)
        self.errors = Self.chunks(of: self.standardError)
        try self.process.run()
    }
}

extension SiteProcess {
    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(self.process.processIdentifier, signal)
    }

    /// Ends the child's standard input.
    func closeInput() throws {
        try self.input.fileHandleForWriting.close()
    }

    /// Waits for the end; a negative number is the signal that ended the process.
    func exitStatus() async -> Int32? {
        for await status in self.exits {
            return status
        }
        return nil
    }

    private static func chunks(of pipe: Pipe) -> AsyncStream<Data> {
        let (chunks, chunk) = AsyncStream.makeStream(of: Data.self)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                chunk.finish()
                return
            }
            chunk.yield(data)
        }
        return chunks
    }
}

extension AsyncStream<Data> {
    /// Reads until the first line is complete; nil when the stream ends before.
    func firstLine() async -> String? {
        var text = Data()
        for await chunk in self {
            text += chunk
            if let end = text.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: text[..<end], as: UTF8.self)
            }
        }
        return nil
    }
}
