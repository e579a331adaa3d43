import ArgumentParser
import CeleryProtocol
import TaskBroker

/// Which workers a request is for, how long it waits, and what it carries: the same for `inspect` and `control`.
struct RemoteOptions: ParsableArguments, Sendable {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Only these workers, by node name.", valueName: "a,b")
    )
    var destination: [NameList] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Only workers whose node name matches; * is any text.", valueName: "glob")
    )
    var pattern: String?

    @Option(
        name: .customShort("t"),
        help: ArgumentHelp("How long to wait for answers, as --timeout; 1s by default.", valueName: "duration")
    )
    var shortTimeout: TimeSpan?

    @Option(
        name: .long,
        help: ArgumentHelp("Further arguments as a JSON object, @FILE, or - for standard input.", valueName: "json")
    )
    var kwargs: String?

    /// How long Celery's commands wait for answers.
    private static let defaultTimeout = TimeSpan(.seconds(1))

    func validate() throws {
        if self.pattern != nil && !self.destination.isEmpty {
            throw ValidationError("Give --destination or --pattern, not both.")
        }
    }
}

extension RemoteOptions {
    /// The node names; none for all workers.
    var destinations: [String] { self.destination.names ?? [] }

    /// How long to wait for answers.
    func timeout(_ options: GlobalOptions) -> TimeSpan { self.shortTimeout ?? options.timeout ?? Self.defaultTimeout }

    /// The workers in words: `every worker`.
    var target: String {
        if let pattern { return "every worker like '\(pattern)'" }
        return self.destinations.isEmpty ? "every worker" : self.destinations.joined(separator: ", ")
    }

    /// Checks a method and the words behind it before anything is connected.
    ///
    /// With `--kwargs` it is checked later: standard input can be read only once.
    func validate(_ name: String, _ words: [String], _ kind: RemoteMethod.Kind) throws {
        guard self.kwargs == nil else { return }
        do throws(CommandError) {
            _ = try self.request(name, words, kind, program: CommandContext.current?.name ?? "taskctl")
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// The request that a method and the words behind it stand for.
    ///
    /// - Throws: ``CommandError`` for a name that is none, unless `--kwargs` says what an application's own command takes.
    func request(
        _ name: String,
        _ words: [String],
        _ kind: RemoteMethod.Kind,
        program: String
    ) throws(CommandError) -> RemoteRequest {
        let further = try self.furtherArguments()
        guard let method = RemoteMethod.named(name, kind) else {
            guard let further, words.isEmpty else { throw RemoteMethod.unknown(name, kind, program: program) }
            return RemoteRequest(method: RemoteMethod(name: name, kind: kind, help: ""), arguments: further)
        }
        // What is given by name need not be given by place as well.
        let arguments = words.isEmpty && further != nil ? [:] : try method.arguments(words)
        return RemoteRequest(method: method, arguments: arguments.merging(further ?? [:]) { $1 })
    }

    private func furtherArguments() throws(CommandError) -> [String: JSONValue]? {
        guard let kwargs else { return nil }
        guard let members = try JSONSource(kwargs).read(for: "--kwargs").objectValue else {
            throw CommandError(
                .usage,
                "--kwargs is not a JSON object.",
                advice: "Quote it for the shell: --kwargs '{\"n\": 2}'"
            )
        }
        return members
    }
}
