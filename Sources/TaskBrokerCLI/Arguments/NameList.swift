import ArgumentParser

/// Names separated by commas: `-Q login,user,fans`.
package struct NameList: Hashable, Sendable {
    /// The names, in order.
    package let names: [String]

    /// Creates a list.
    package init(names: [String]) {
        self.names = names
    }
}

extension NameList: ExpressibleByArgument {
    /// Reads the value of an option; empty names are refused.
    package init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard !names.contains("") else { return nil }
        self.init(names: names)
    }
}

extension Sequence<NameList> {
    /// The names of an option that may be given several times; `nil` if it was not given.
    package var names: [String]? {
        let names = self.flatMap(\.names)
        return names.isEmpty ? nil : names
    }
}
