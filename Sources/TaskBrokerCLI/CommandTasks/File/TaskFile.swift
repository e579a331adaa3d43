import TaskBroker

/// A file that maps names of tasks to commands (`docs/command-tasks.md`).
///
/// Everything that can be wrong with it is found when it is read: programs are looked up, directories are visited, and a worker
/// that starts can start every command.
package struct TaskFile: Sendable {
    /// The path of the file.
    package let path: String
    /// The tasks, in the order of the file.
    package let tasks: [CommandTask]

    /// Creates a file.
    package init(path: String, tasks: [CommandTask]) {
        self.path = path
        self.tasks = tasks
    }
}

extension TaskFile {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file; `-` for standard input.
    ///   - variables: The environment of the worker.
    package static func reading(_ path: String, variables: [String: String]) throws(CommandError) -> Self {
        guard let text = String(validating: try JSONSource.contents(ofFile: path), as: UTF8.self) else {
            throw CommandError(.configuration, "The file '\(path)' is not UTF-8.")
        }
        do throws(TaskFileError) {
            let directory = FilePath.directory(of: path == "-" ? "stdin" : path)
            return try TaskFileReader(path: path, directory: directory, variables: variables).read(text)
        } catch {
            throw CommandError(error)
        }
    }

    /// The queues that its tasks are taken from, each once.
    package var queues: [String] {
        var queues: [String] = []
        for queue in self.tasks.compactMap(\.options.queue) where !queues.contains(queue) { queues.append(queue) }
        return queues
    }

    /// Refuses a file whose tasks are already defined elsewhere.
    package func requireNew(besides names: [String]) throws(CommandError) {
        let known = Set(names)
        guard let task = self.tasks.first(where: { known.contains($0.name) }) else { return }
        throw CommandError(
            .configuration,
            "\(self.path): tasks.\(task.name): this program defines a task of that name itself.",
            advice: "Give the command another name."
        )
    }
}
