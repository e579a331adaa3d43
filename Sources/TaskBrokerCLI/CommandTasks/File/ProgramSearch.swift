/// Finds programs when a task file is read, in the directories that the file allows: nothing is looked up when a task runs, and
/// the worker's own `PATH` has no say (reliability X19).
struct ProgramSearch: Sendable {
    /// The directories, which are the `PATH` of the commands as well.
    let path: [String]
    /// What a path with a slash is seen from.
    let directory: String

    /// Where programs of the system are.
    static let standardPath = ["/usr/local/bin", "/usr/bin", "/bin"]

    /// Creates a search; without a path it looks where programs of the system are.
    init(path: [String]?, directory: String) {
        self.path = path ?? Self.standardPath
        self.directory = directory
    }

    /// Why a program was not found.
    struct Miss: Error, Hashable {
        let message: String
        let advice: String
    }
}

extension ProgramSearch {
    /// The absolute path of a program.
    func find(_ program: String) throws(Miss) -> String {
        guard program.contains("/") else { return try self.lookUp(program) }
        let path = FilePath.absolute(program, from: self.directory)
        if FilePath.isProgram(path) { return path }
        guard FilePath.exists(path) else {
            throw Miss(
                message: "there is no file '\(path)'",
                advice: "A relative path is seen from the directory of the file."
            )
        }
        throw Miss(message: "'\(path)' is not executable", advice: "Make it so: chmod +x '\(path)'.")
    }

    private func lookUp(_ program: String) throws(Miss) -> String {
        for directory in self.path {
            let path = FilePath.absolute(program, from: directory)
            if FilePath.isProgram(path) { return path }
        }
        throw Miss(
            message: "there is no program '\(program)' in \(self.path.joined(separator: ", "))",
            advice:
                "Write its whole path, or add its directory to 'path' at the top of the file; the worker's PATH is not used."
        )
    }
}
