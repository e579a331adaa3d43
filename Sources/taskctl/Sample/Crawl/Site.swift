import TaskBroker

/// A site to crawl, by its base URL; names everything that belongs to the crawl of it.
struct Site: Hashable, Sendable {
    /// `http://127.0.0.1:8808`, without a slash at its end.
    let base: String
    /// `127.0.0.1:8808`: what ids and keys of the crawl contain.
    let name: String

    /// Reads a base URL; `nil` unless it is one of http or https, without a user, a query or a fragment.
    init?(_ base: String) {
        var base = base[...]
        while base.hasSuffix("/") { base.removeLast() }
        guard let scheme = ["http://", "https://"].first(where: { base.hasPrefix($0) }) else { return nil }
        let name = base.dropFirst(scheme.count)
        // The name becomes part of ids, which are bounded and have no control characters.
        guard (1...128).contains(name.utf8.count), !name.hasPrefix("/") else { return nil }
        guard name.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), !name.contains(where: { "@?#".contains($0) }) else {
            return nil
        }
        self.base = String(base)
        self.name = String(name)
    }
}

// MARK: Pages

extension Site {
    func profile(of user: Int) -> Page { Page(site: self, kind: "user", number: "\(user)", path: "/user/\(user)") }

    func fans(of user: Int, page: Int) -> Page {
        Page(site: self, kind: "fans", number: "\(user):\(page)", path: "/user/\(user)/fans?page=\(page)")
    }

    /// One page of a site, and the task that fetches it.
    ///
    /// The id of the task follows from the page. So the record of a page, which is the result of its task, can be found by everybody
    /// who knows the page; and its unique key, taken in the step that sends the task, keeps a page from being sent twice.
    struct Page: Hashable, Sendable {
        private let kind: String
        let path: String
        let url: String
        let taskID: String

        fileprivate init(site: Site, kind: String, number: String, path: String) {
            self.kind = kind
            self.path = path
            self.url = site.base + path
            self.taskID = "\(kind):\(site.name):\(number)"
        }

        /// The call of the task that fetches the page.
        func call(_ arguments: [JSONValue]) -> TaskCall {
            let options = TaskOptions(taskID: self.taskID, unique: UniqueKey("page:\(self.url)"))
            return TaskCall("tasks.\(self.kind)", TaskArguments(arguments), options: options)
        }
    }
}

// MARK: Calls

extension Site {
    /// The tasks for one user: the profile, and the first page of followers.
    func calls(for user: Int) -> [TaskCall] { [self.profileCall(user), self.fansCall(user, page: 1)] }

    func profileCall(_ user: Int) -> TaskCall {
        self.profile(of: user).call([.string(self.base), .integer(Int64(user))])
    }

    func fansCall(_ user: Int, page: Int) -> TaskCall {
        self.fans(of: user, page: page).call([.string(self.base), .integer(Int64(user)), .integer(Int64(page))])
    }
}
