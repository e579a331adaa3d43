import Yams

/// Makes a task file of its text.
struct TaskFileReader {
    let path: String
    /// What relative paths are seen from: the directory of the file.
    let directory: String
    /// The environment of the worker.
    let variables: [String: String]

    /// The keys of the file.
    private enum Key: String, CaseIterable {
        case path
        case defaults
        case tasks
    }
}

extension TaskFileReader {
    /// Reads the file, and finds every mistake in its tasks at once.
    func read(_ text: String) throws(TaskFileError) -> TaskFile {
        var mistakes: [TaskFileError.Mistake] = []
        var tasks: [CommandTask] = []
        do throws(TaskFileError.Mistake) {
            let fields = try Self.root(text).members(Key.self)
            let entry = TaskEntryReader(
                programs: ProgramSearch(path: try fields[.path].map(self.searchPath), directory: self.directory),
                variables: self.variables
            )
            let prototype = try entry.prototype(fields[.defaults])
            for (name, value) in try self.entries(fields[.tasks]) {
                do throws(TaskFileError.Mistake) {
                    tasks.append(try entry.task(name, value, from: prototype))
                } catch {
                    mistakes.append(error)
                }
            }
        } catch {
            mistakes.append(error)
        }
        if mistakes.isEmpty { return TaskFile(path: self.path, tasks: tasks) }
        throw TaskFileError(path: self.path, mistakes: mistakes)
    }

    private func entries(_ field: YAMLField?) throws(TaskFileError.Mistake) -> [(name: YAMLField, value: YAMLField)] {
        guard let entries = try field?.members, !entries.isEmpty else {
            let advice = "Write 'tasks:', and below it a name and its command."
            throw field?.mistake("there are no tasks", advice: advice)
                ?? TaskFileError.Mistake("there is no key 'tasks'", advice: advice)
        }
        return entries
    }

    /// The directories in which programs are looked up.
    private func searchPath(_ field: YAMLField) throws(TaskFileError.Mistake) -> [String] {
        var directories: [String] = []
        for element in try field.elements {
            let directory = try element.text
            guard directory.hasPrefix("/"), !directory.contains(":") else {
                throw element.mistake(
                    "'\(directory)' is no absolute path of a directory",
                    advice: "Programs are found in directories that are written out, such as /usr/bin."
                )
            }
            directories.append(directory)
        }
        return directories
    }
}

// MARK: YAML

extension TaskFileReader {
    private static func root(_ text: String) throws(TaskFileError.Mistake) -> YAMLField {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw Self.mistake(error)
        }
        guard let node else {
            throw TaskFileError.Mistake("the file is empty", advice: "Write 'tasks:' and a task below it.")
        }
        return YAMLField(node)
    }

    private static func mistake(_ error: any Error) -> TaskFileError.Mistake {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            TaskFileError.Mistake(line: mark.line, column: mark.column, "not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            TaskFileError.Mistake(
                line: context.mark.line,
                column: context.mark.column,
                "the same key twice in one mapping: \(keys.sorted().joined(separator: ", "))"
            )
        default: TaskFileError.Mistake("not YAML: \(error)")
        }
    }
}
