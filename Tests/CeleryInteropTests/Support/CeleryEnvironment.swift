import TestSupport
import Testing

/// A virtual environment with the real Celery, and the Python files of these tests.
struct CeleryEnvironment: Sendable {
    /// What is installed: the name of a file in `Python/requirements` and of a folder in `.interop`.
    enum Name: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case celery54 = "celery-5.4"
        case celery55 = "celery-5.5"
        case celery56 = "celery-5.6"
        /// Celery 5.7, against which everything is tested.
        case celery
        /// Flower with Celery 5.7, and what drives a browser.
        case flower

        var testDescription: String { self.rawValue }
    }

    /// The interpreter that has Celery.
    let python: String
    /// The folder with the Python files.
    let sources: String

    /// There is no environment, or it holds something else than the tests were written for.
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Finds an environment that `scripts/setup-interop` makes.
    ///
    /// - Throws: ``Missing`` with the command to run. The tests fail then: skipped ones would look like passed ones.
    init(_ name: Name = .celery) throws(Missing) {
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let root = tests.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let environment = "\(root)/.interop/\(name.rawValue)"
        self.sources = "\(tests)/Python"
        self.python = "\(environment)/bin/python"
        // The setup copies the requirements when it is done, so their equality says that everything is installed.
        let wanted = TextFile.contents(of: "\(self.sources)/requirements/\(name.rawValue).txt")
        guard !wanted.isEmpty, TextFile.contents(of: "\(environment)/requirements.txt") == wanted else {
            throw Missing(
                description: "no up-to-date Celery in \(environment); run scripts/setup-interop and try again"
            )
        }
    }

    /// The variables of a Python process on a server: the files find each other, and leave no compiled ones behind.
    func variables(_ server: RedisServer, _ databases: Databases = .shared) -> [String: String?] {
        [
            "PYTHONPATH": self.sources,
            "PYTHONDONTWRITEBYTECODE": "1",
            "INTEROP_BROKER": server.url(database: databases.broker),
            "INTEROP_BACKEND": server.url(database: databases.backend),
        ]
    }
}

extension RedisServer {
    /// A URL for the default user and a database.
    func url(database: Int) -> String {
        self.url.dropLast(1) + "\(database)"
    }
}
