/// What the site was asked for and what it answered: the record that a crawl is judged by.
package struct PageLedger: Sendable {
    /// The requests, without those for the record itself.
    package private(set) var requests = 0

    /// The successful logins.
    package private(set) var logins = 0

    /// How many times each status was answered.
    package private(set) var answers: [Int: Int] = [:]

    /// How many times each page was answered with 200, broken pages included: to a crawler they were fetched.
    package private(set) var served: [Page: Int] = [:]

    /// Creates an empty record.
    package init() {}
}

extension PageLedger {
    /// Records a request and the status of its answer.
    package mutating func record(status: Int) {
        self.requests += 1
        self.answers[status, default: 0] += 1
    }

    /// Records that a page was served.
    package mutating func recordServed(_ page: Page) {
        self.served[page, default: 0] += 1
    }

    /// Records a login.
    package mutating func recordLogin() {
        self.logins += 1
    }
}
