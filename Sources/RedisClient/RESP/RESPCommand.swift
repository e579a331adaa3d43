/// A Redis command: its name and arguments, binary safe.
///
/// ```swift
/// var command: RESPCommand = ["LPUSH", "login"]
/// command.append(message)
/// ```
package struct RESPCommand: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The name, followed by the arguments.
    package private(set) var arguments: RESPArguments

    /// Creates a command without arguments.
    package init(_ name: String) {
        self.arguments = [name]
    }

    /// Creates a command from its name and textual arguments.
    package init(arrayLiteral arguments: String...) {
        self.arguments = RESPArguments(arguments)
    }
}

extension RESPCommand {
    /// Creates a command from its name and what follows it.
    init(_ words: RESPArguments) {
        self.arguments = words
    }

    /// Creates a command from its name and its arguments, in room that is made once.
    init(_ name: String, _ arguments: RESPArguments) {
        var words = RESPArguments()
        words.reserveCapacity(1 + arguments.count, byteCount: name.utf8.count + arguments.byteCount)
        words.append(name)
        words.append(contentsOf: arguments)
        self.init(words)
    }

    /// Creates a command that puts bytes under a key, in room that is made once.
    package init(_ name: String, _ key: String, _ bytes: [UInt8]) {
        var words = RESPArguments()
        words.reserveCapacity(3, byteCount: name.utf8.count + key.utf8.count + bytes.count)
        words.append(name)
        words.append(key)
        words.append(bytes)
        self.init(words)
    }
}

extension RESPCommand {
    /// The name, in upper case.
    package var name: String {
        String(decoding: self.arguments[0] ?? [], as: UTF8.self).uppercased()
    }

    /// Appends a text as UTF-8.
    package mutating func append(_ argument: String) { self.arguments.append(argument) }

    /// Appends bytes as they are.
    package mutating func append(_ argument: [UInt8]) { self.arguments.append(argument) }

    /// Appends bytes as they are.
    package mutating func append(_ argument: ArraySlice<UInt8>) { self.arguments.append(argument) }

    /// Appends a number in decimal digits.
    package mutating func append(_ argument: Int64) { self.arguments.append(argument) }

    /// Appends a number in decimal digits.
    package mutating func append(_ argument: Int) { self.arguments.append(argument) }

    /// Appends an argument for each of the byte strings.
    package mutating func append(contentsOf arguments: ArraySlice<[UInt8]>) {
        self.arguments.append(contentsOf: arguments)
    }

    /// Appends all arguments of a list.
    package mutating func append(contentsOf arguments: RESPArguments) { self.arguments.append(contentsOf: arguments) }
}

// MARK: - Describing

extension RESPCommand: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name and the size, never an argument: those are passwords (`AUTH`, `HELLO`, `CONFIG SET`) or users' payloads.
    package var description: String {
        "\(self.name) (\(self.arguments.count - 1) arguments, \(self.arguments.byteCount) bytes)"
    }

    /// The same as ``description``.
    package var debugDescription: String { self.description }

    /// Hides the buffer from `dump` and from test failure output.
    package var customMirror: Mirror { Mirror(self, children: ["command": self.description]) }
}
