import TaskBroker

/// Makes a task of one entry of a task file.
struct TaskEntryReader {
    let programs: ProgramSearch
    /// The environment of the worker.
    let variables: [String: String]

    /// The keys of a task; `defaults` takes all but `command` and `description`.
    enum Key: String, CaseIterable {
        case command
        case description
        case environment
        case inherit
        case directory
        case user
        case queue
        case softTimeLimit = "soft_time_limit"
        case timeLimit = "time_limit"
        case limits
        case output
        case outputLimit = "output_limit"
        case ignoreResult = "ignore_result"
        case rateLimit = "rate_limit"
        case retry
    }

    typealias Fields = [Key: YAMLField]
}

extension TaskEntryReader {
    /// What all tasks begin with.
    func prototype(_ defaults: YAMLField?) throws(TaskFileError.Mistake) -> CommandTask {
        var task = CommandTask(
            name: "",
            executable: "",
            words: [],
            environment: CommandVariables(self.variables).standard(path: self.programs.path),
            directory: self.programs.directory
        )
        guard let defaults else { return task }
        let fields = try defaults.members(Key.self)
        for key in [Key.command, .description] {
            if let field = fields[key] { throw field.mistake("'\(key.rawValue)' is of one task, not of all") }
        }
        try self.apply(fields, to: &task, at: defaults)
        return task
    }

    /// A task.
    func task(
        _ name: YAMLField,
        _ value: YAMLField,
        from prototype: CommandTask
    ) throws(TaskFileError.Mistake) -> CommandTask {
        var task = prototype
        task.name = try self.wireName(name, as: .task)
        let fields = try value.members(Key.self)
        guard let command = fields[.command] else {
            throw name.mistake("this task has no 'command'", advice: "Write command: [program, argument].")
        }
        try self.apply(fields, to: &task, at: name)
        task.summary = try fields[.description]?.text
        task.words = try self.words(command)
        task.executable = try self.program(command)
        return task
    }

    private func apply(
        _ fields: Fields,
        to task: inout CommandTask,
        at place: YAMLField
    ) throws(TaskFileError.Mistake) {
        let variables = CommandVariables(self.variables)
        if let field = fields[.user] { try self.setUser(field, of: &task) }
        if let field = fields[.inherit] { try variables.inherit(field, into: &task.environment) }
        if let field = fields[.environment] { try variables.set(field, in: &task.environment) }
        if let field = fields[.directory] { task.directory = try self.existingDirectory(field) }
        if let field = fields[.queue] { task.options.queue = try self.wireName(field, as: .queue) }
        if let field = fields[.softTimeLimit] { task.options.softTimeLimit = try field.duration }
        if let field = fields[.timeLimit] { task.options.timeLimit = try field.duration }
        if let field = fields[.limits] { task.resources = try ResourceLimit.reading(field, over: task.resources) }
        if let field = fields[.output] { task.format = try field.choice(CommandTask.OutputFormat.self) }
        if let field = fields[.outputLimit] { task.outputLimit = Int(clamping: try field.byteCount) }
        if let field = fields[.ignoreResult] { task.options.ignoresResult = try field.flag }
        if let field = fields[.rateLimit] { task.options.rateLimit = try self.rateLimit(field) }
        if let field = fields[.retry] { task.retry = try CommandRetry(field) }
        if let soft = task.options.softTimeLimit, let hard = task.options.timeLimit, soft >= hard {
            throw (fields[.softTimeLimit] ?? fields[.timeLimit] ?? place).mistake(
                "the soft time limit is not below the hard one, so nothing would be asked to end",
                advice: "Make soft_time_limit shorter than time_limit."
            )
        }
    }
}

// MARK: Values

extension TaskEntryReader {
    private func wireName(_ field: YAMLField, as kind: WireName.Kind) throws(TaskFileError.Mistake) -> String {
        let text = try field.text
        do throws(RoutingError) {
            try WireName.check(text, as: kind)
        } catch {
            throw field.mistake(error.message)
        }
        return text
    }

    private func words(_ field: YAMLField) throws(TaskFileError.Mistake) -> [CommandWord] {
        var words: [CommandWord] = []
        for element in try field.elements {
            let text = try element.text
            do throws(CommandWordError) {
                words.append(try CommandWord(parsing: text))
            } catch {
                throw element.mistake(error.message, advice: error.advice)
            }
        }
        return words
    }

    private func program(_ field: YAMLField) throws(TaskFileError.Mistake) -> String {
        guard let first = try field.elements.first, case .literal(let name) = try self.words(field)[0], !name.isEmpty
        else {
            throw field.mistake(
                "the first word has to be the name or the path of a program",
                advice: "No caller may choose what is run."
            )
        }
        do throws(ProgramSearch.Miss) {
            return try self.programs.find(name)
        } catch {
            throw first.mistake(error.message, advice: error.advice)
        }
    }

    private func existingDirectory(_ field: YAMLField) throws(TaskFileError.Mistake) -> String {
        let path = FilePath.absolute(try field.text, from: self.programs.directory)
        guard FilePath.isDirectory(path) else { throw field.mistake("there is no directory '\(path)'") }
        return path
    }

    /// Reads `user`, whose home and name the program finds where it looks for them.
    private func setUser(_ field: YAMLField, of task: inout CommandTask) throws(TaskFileError.Mistake) {
        let name = try field.text
        guard CurrentProcess.isRoot else {
            throw field.mistake(
                "only a worker that runs as root can run a program as another user",
                advice: "Start it as root and without --uid, or leave 'user' out."
            )
        }
        do throws(CommandError) {
            task.identity = try UserIdentity.named(user: name, group: nil)
        } catch {
            throw field.mistake("there is no user '\(name)'", advice: "Write the name or the number of a user.")
        }
        task.environment["HOME"] = task.identity?.home ?? "/"
        task.environment["USER"] = task.identity?.name
        task.environment["LOGNAME"] = task.identity?.name
    }

    private func rateLimit(_ field: YAMLField) throws(TaskFileError.Mistake) -> RateLimit {
        let text = try field.text
        do throws(RateLimitError) {
            return try RateLimit(parsing: text)
        } catch {
            throw field.mistake(error.message)
        }
    }
}
