package import CeleryProtocol
package import TaskBroker

/// The file of `send --chain`, `--group` and `--chord`: the calls that a canvas is made of.
///
/// JSON lines, a JSON array, or `{"header": […], "body": {…}}`. A call is an object as ``CallLine`` reads it, or a signature as
/// Celery writes it (with `options`, `subtask_type` or `immutable`), which may be a composition itself.
package struct CanvasFile: Sendable {
    /// How the calls are composed.
    package enum Shape: String, Sendable, CaseIterable {
        /// One after the other, each with the result of the one before as its first argument.
        case chain
        /// All at once.
        case group
        /// All but the last at once, the last one with the array of their results.
        case chord
    }

    private let shape: Shape
    /// What the options of the command line say about every call.
    private let options: TaskOptions
    private let now: Timestamp

    /// Creates a reader.
    package init(_ shape: Shape, options: TaskOptions, now: Timestamp) {
        self.shape = shape
        self.options = options
        self.now = now
    }
}

extension CanvasFile.Shape {
    /// The name of a composition of this shape.
    fileprivate var taskName: String {
        switch self {
        case .chain: CanvasTask.chain
        case .group: CanvasTask.group
        case .chord: CanvasTask.chord
        }
    }
}

extension CanvasFile {
    /// Makes the canvas of a file's contents.
    package func signature(_ bytes: [UInt8]) throws(CommandError) -> SignatureNode {
        guard let value = try? JSONValue(parsing: bytes) else { return try self.compose(self.lines(bytes)) }
        if case .array(let calls) = value { return try self.compose(self.calls(calls)) }
        if self.shape == .chord, case .array(let header)? = value[SignatureField.header],
            let body = value[SignatureField.body]
        {
            return try self.compose(self.calls(header) + [self.node(body, "body")])
        }
        let node = try self.node(value, "the call")
        return node.taskName == self.shape.taskName ? node : try self.compose([node])
    }

    private func compose(_ nodes: [SignatureNode]) throws(CommandError) -> SignatureNode {
        guard !nodes.isEmpty else { throw CommandError(.rejected, "There is no call in the file.") }
        switch self.shape {
        case .chain: return .chain(nodes)
        case .group: return .group(nodes)
        case .chord:
            guard let body = nodes.last, nodes.count > 1 else {
                throw CommandError(
                    .rejected,
                    "A chord needs a header and a body: at least two calls, the last is the body."
                )
            }
            return .chord(Array(nodes.dropLast()), body: body)
        }
    }

    private func lines(_ bytes: [UInt8]) throws(CommandError) -> [SignatureNode] {
        var nodes: [SignatureNode] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }) {
                continue
            }
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(parsing: Array(line))
            } catch {
                throw CommandError(.rejected, "line \(index + 1): not JSON: \(error)")
            }
            nodes.append(try self.node(value, "line \(index + 1)"))
        }
        return nodes
    }

    private func calls(_ values: [JSONValue]) throws(CommandError) -> [SignatureNode] {
        var nodes: [SignatureNode] = []
        for (index, value) in values.enumerated() { nodes.append(try self.node(value, "call \(index + 1)")) }
        return nodes
    }
}

extension CanvasFile {
    /// What only a signature has.
    private static let signatureMembers = [
        SignatureField.options, SignatureField.subtaskType, SignatureField.immutable,
    ]

    private func node(_ value: JSONValue, _ place: String) throws(CommandError) -> SignatureNode {
        do {
            if Self.signatureMembers.contains(where: { value[$0] != nil }) { return try SignatureNode(json: value) }
            let call = try CallLine.call(value, task: nil, options: self.options, now: self.now)
            return SignatureNode(
                .task(call.name),
                args: call.arguments.positional,
                kwargs: call.arguments.keyword,
                options: try call.options.signatureOptions
            )
        } catch {
            throw CommandError(.rejected, "\(place): \(CommandError(error).message)")
        }
    }
}
