import TestSupport

/// The virtual environment with the real Celery, and the Python files of these tests.
struct CeleryEnvironment: Sendable {
    /// The interpreter that has Celery.
    let python: String
    /// The folder with `interop_app.py` and `peer.py`.
    let sources: String

    /// There is no environment, or it holds something else than the tests were written for.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Finds the environment that `scripts/setup-interop` makes.
    ///
    /// - Throws: ``Missing`` with the command to run. The tests fail then: skipped ones would look like passed ones.
    init() throws(Missing) {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let root = tests.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let environment = "\(root)/.interop/celery"
        self.sources = "\(tests)/Python"
        self.python = "\(environment)/bin/python"
        // The setup copies the requirements when it is done, so their equality says that everything is installed.
        let wanted = TextFile.contents(of: "\(self.sources)/requirements.txt")
        guard !wanted.isEmpty, TextFile.contents(of: "\(environment)/requirements.txt") == wanted else {
            throw Missing(
                description: "no up-to-date Celery in \(environment); run scripts/setup-interop and try again"
            )
        }
    }

    /// The variables of a Python process on a server: the files find each other, and leave no compiled ones behind.
    func variables(_ server: RedisServer) -> [String: String?] {
        [
            "PYTHONPATH": self.sources,
            "PYTHONDONTWRITEBYTECODE": "1",
            "INTEROP_BROKER": server.url(database: 1),
            "INTEROP_BACKEND": server.url(database: 2),
        ]
    }
}

extension RedisServer {
    /// A URL for the default user and a database.
    func url(database: Int) -> String {
        self.url.dropLast(1) + "\(database)"
    }
}
