/// The version of a Redis or Valkey server.
package struct ServerVersion: Sendable, Hashable {
    /// Whose server it is.
    package enum Product: String, Sendable, Hashable {
        case redis = "Redis"
        case valkey = "Valkey"
    }

    /// Whose server it is.
    package let product: Product
    /// The numbers: major, minor, patch.
    package let numbers: [Int]

    /// Reads a version such as `7.2.11` or `8.0-rc1`; `nil` for anything else.
    package init?(_ product: Product, _ text: some StringProtocol) {
        let core = text.prefix { $0.isNumber || $0 == "." }
        let numbers = core.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2 else { return nil }
        self.product = product
        self.numbers = Array((numbers + [0, 0]).prefix(3))
    }
}

extension ServerVersion: CustomStringConvertible {
    package var description: String {
        "\(self.product.rawValue) \(self.numbers.map(String.init).joined(separator: "."))"
    }

    /// The numbers of releases that get the same fixes.
    private var series: [Int] { Array(self.numbers.prefix(2)) }
}

// MARK: - What is known about versions

extension ServerVersion {
    /// What is known about a version.
    package enum Standing: Sendable, Hashable {
        /// It lacks what TaskBroker needs.
        case tooOld(minimum: String)
        /// Nobody fixes releases with these numbers any more.
        case unmaintained
        /// A later release of the same series closes a hole.
        case vulnerable(fixedIn: String, hole: String)
        /// Nothing is known against it.
        case good
    }

    /// A hole that a release of a series closed.
    private struct Fix {
        let product: Product
        let release: [Int]
        let hole: String
    }

    // From the projects' own release notes, as of November 2026. The holes matter because workers send scripts and block.
    private static let script = "CVE-2025-49844 (a script may run code of its own)"
    private static let unblocking = "CVE-2026-23479 (use after free while a blocked client is woken)"
    private static let fixes: [Fix] = [
        Fix(product: .redis, release: [6, 2, 20], hole: Self.script),
        Fix(product: .redis, release: [7, 2, 11], hole: Self.script),
        Fix(product: .redis, release: [7, 4, 9], hole: Self.unblocking),
        Fix(product: .redis, release: [8, 0, 4], hole: Self.script),
        Fix(product: .redis, release: [8, 2, 2], hole: Self.script),
        Fix(product: .redis, release: [8, 4, 3], hole: Self.unblocking),
        Fix(product: .redis, release: [8, 6, 3], hole: Self.unblocking),
        Fix(product: .valkey, release: [7, 2, 13], hole: Self.unblocking),
        Fix(product: .valkey, release: [8, 0, 9], hole: Self.unblocking),
        Fix(product: .valkey, release: [8, 1, 7], hole: Self.unblocking),
        Fix(product: .valkey, release: [9, 0, 4], hole: Self.unblocking),
    ]

    /// The oldest release with everything that our scripts use.
    private static let minimum = [6, 2, 0]

    /// What is known about this version.
    package var standing: Standing {
        func text(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ".") }
        if self.product == .redis && self.numbers.lexicographicallyPrecedes(Self.minimum) {
            return .tooOld(minimum: text(Self.minimum))
        }
        let fixes = Self.fixes.filter { $0.product == self.product }
        if let fix = fixes.first(where: { Array($0.release.prefix(2)) == self.series }) {
            return self.numbers.lexicographicallyPrecedes(fix.release)
                ? .vulnerable(fixedIn: text(fix.release), hole: fix.hole) : .good
        }
        // A series between those that get fixes gets none; one beyond them is newer than this list.
        let newest = fixes.map(\.release).max { $0.lexicographicallyPrecedes($1) } ?? []
        return self.numbers.lexicographicallyPrecedes(newest) ? .unmaintained : .good
    }
}
