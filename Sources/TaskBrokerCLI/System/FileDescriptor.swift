private import CommandSpawn

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An open file of the operating system; the only place of this module that reads and writes bytes.
package struct FileDescriptor: Hashable, Sendable {
    /// The number.
    package let rawValue: Int32

    /// Standard input.
    package static let standardInput = Self(rawValue: 0)
    /// Standard output.
    package static let standardOutput = Self(rawValue: 1)
    /// Standard error.
    package static let standardError = Self(rawValue: 2)
}

/// An error of the operating system.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// `errno`.
    package let number: Int32

    /// The error of the call that failed just now.
    static var last: Self { .init(number: errno) }

    /// Whether there is nothing to read yet.
    package var isWouldBlock: Bool { self.number == EAGAIN || self.number == EWOULDBLOCK }

    /// Whether the reader of a pipe is gone.
    package var isBrokenPipe: Bool { self.number == EPIPE }

    /// What the operating system calls it: `No such file or directory`.
    package var description: String {
        guard let text = unsafe strerror(self.number) else { return "error \(self.number)" }
        return unsafe String(cString: text)
    }
}

extension FileDescriptor {
    /// Whether a person sits at the other end.
    package var isTerminal: Bool { isatty(self.rawValue) == 1 }

    /// Writes all of `bytes`.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = unsafe rest.withUnsafeBytes { unsafe Darwin.write(self.rawValue, $0.baseAddress, $0.count) }
            #elseif canImport(Musl)
            let count = unsafe rest.withUnsafeBytes { unsafe Musl.write(self.rawValue, $0.baseAddress, $0.count) }
            #else
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(self.rawValue, $0.baseAddress, $0.count) }
            #endif
            if count >= 0 {
                rest.removeFirst(count)
            } else if errno != EINTR && errno != EAGAIN {
                throw .last
            }
        }
    }

    /// Reads up to `limit` bytes; none at the end of the file.
    package func read(upTo limit: Int) throws(SystemError) -> [UInt8] {
        while true {
            var failure: SystemError?
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                #if canImport(Darwin)
                let result = unsafe Darwin.read(self.rawValue, buffer.baseAddress, limit)
                #elseif canImport(Musl)
                let result = unsafe Musl.read(self.rawValue, buffer.baseAddress, limit)
                #else
                let result = unsafe Glibc.read(self.rawValue, buffer.baseAddress, limit)
                #endif
                if result < 0 { failure = .last }
                count = max(0, result)
            }
            guard let failure else { return bytes }
            if failure.number != EINTR { throw failure }
        }
    }

    /// Closes the file.
    package func close() {
        #if canImport(Darwin)
        _ = Darwin.close(self.rawValue)
        #elseif canImport(Musl)
        _ = Musl.close(self.rawValue)
        #else
        _ = Glibc.close(self.rawValue)
        #endif
    }
}

// MARK: Opening

extension FileDescriptor {
    /// Opens a file for reading.
    package static func reading(_ path: String) throws(SystemError) -> Self {
        try self.opened(unsafe open(path, O_RDONLY | O_CLOEXEC))
    }

    /// Opens a file for appending and creates it, readable for its owner only.
    ///
    /// A symbolic link is refused: whoever may write to the directory could otherwise make us append to a file of their choice.
    package static func appending(_ path: String) throws(SystemError) -> Self {
        try self.opened(unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600))
    }

    /// A pipe that no other program inherits, and whose reader does not block.
    package static func pipe() throws(SystemError) -> (reader: Self, writer: Self) {
        var ends: [Int32] = [-1, -1]
        if unsafe command_pipe(&ends) != 0 { throw .last }
        return (Self(rawValue: ends[0]), Self(rawValue: ends[1]))
    }

    /// A pipe that no other program inherits unless it is given to it.
    package static func blockingPipe() throws(SystemError) -> (reader: Self, writer: Self) {
        let ends = try self.pipe()
        if fcntl(ends.reader.rawValue, F_SETFL, 0) == 0 { return ends }
        let error = SystemError.last
        ends.reader.close()
        ends.writer.close()
        throw error
    }

    /// A file without a name that holds `bytes`, to be read from its beginning.
    package static func holding(_ bytes: [UInt8]) throws(SystemError) -> Self {
        try self.opened(unsafe bytes.withUnsafeBytes { unsafe command_input_file($0.baseAddress, $0.count) })
    }

    private static func opened(_ number: Int32) throws(SystemError) -> Self {
        if number < 0 { throw .last }
        return Self(rawValue: number)
    }
}
