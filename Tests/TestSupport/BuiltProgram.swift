/// The programs of this repository, as they were built last.
package enum BuiltProgram {
    /// A program that has not been built.
    package struct Missing: Error, CustomStringConvertible {
        /// What is missing, and how to build it.
        package let description: String
    }

    /// The root of the repository.
    package static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// `taskctl`, built together with the tests and beside them; `TASKBROKER_TASKCTL` names another one.
    package static var taskctl: String {
        get throws(Missing) { try Self.beside("taskctl", orNamedBy: "TASKBROKER_TASKCTL") }
    }

    /// A program that is built together with the tests and lies beside them, unless a variable names another one.
    package static func beside(_ name: String, orNamedBy variable: String) throws(Missing) -> String {
        let tests = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return try Self.first(
            of: ["\(tests.joined(separator: "/"))/\(name)", "\(Self.root)/.build/debug/\(name)"],
            orNamedBy: variable,
            build: "swift build"
        )
    }

    /// `crawl-site`, from the package of its own; `TASKBROKER_CRAWL_SITE` names another one.
    package static var crawlSite: String {
        get throws(Missing) {
            let build = "\(Self.root)/Examples/CrawlSite/.build"
            return try Self.first(
                of: ["\(build)/debug/crawl-site", "\(build)/release/crawl-site"],
                orNamedBy: "TASKBROKER_CRAWL_SITE",
                build: "swift build --package-path Examples/CrawlSite"
            )
        }
    }

    private static func first(
        of paths: [String],
        orNamedBy variable: String,
        build: String
    ) throws(Missing) -> String {
        let candidates = EnvironmentVariable.value(of: variable).map { [$0] } ?? paths
        for path in candidates where TextFile.exists(path) { return path }
        throw Missing(description: "not found: \(candidates.joined(separator: " or ")); run `\(build)`")
    }
}
