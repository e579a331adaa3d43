/// One page of a user's followers: `GET /user/<id>/fans?page=<n>`.
///
/// The format is the contract of `Examples/CrawlSite/README.md`.
struct FansPage: Sendable, Hashable {
    /// The user whose followers are listed.
    let user: Int

    /// The number of this page, from 1.
    let number: Int

    /// The followers' ids, in the order of the page.
    let fans: [Int]

    /// The number of the next page, nil on the last one.
    let next: Int?

    /// Reads a page; throws when it is cut off or any link leads elsewhere, so that no part of a list is lost unnoticed.
    init(html: String) throws(PageError) {
        let main = try MainElement(class: "fans", html: html)
        self.user = try main.number(ofAttribute: "data-user")
        self.number = try main.number(ofAttribute: "data-page")
        var fans: [Int] = []
        for link in main.elements(of: "user") {
            fans.append(try Self.user(linkedBy: link))
        }
        self.fans = fans
        self.next = try Self.page(linkedBy: main.elements(of: "next").first, of: self.user, after: self.number)
    }
}

extension FansPage {
    private static func user(linkedBy link: MainElement.Child) throws(PageError) -> Int {
        let address = try link.address
        guard let user = DecimalNumber.value(of: address, after: "/user/") else {
            throw PageError(code: .invalid, message: "'\(address)' is no link to a user")
        }
        return user
    }

    /// A page that names itself or an earlier one as the next would have the crawler go round in circles.
    private static func page(
        linkedBy link: MainElement.Child?,
        of user: Int,
        after number: Int
    ) throws(PageError) -> Int? {
        guard let link else { return nil }
        let address = try link.address
        guard let next = DecimalNumber.value(of: address, after: "/user/\(user)/fans?page="), next > number else {
            throw PageError(
                code: .invalid,
                message: "'\(address)' is no link from page \(number) of user \(user) to a later one"
            )
        }
        return next
    }
}

extension MainElement.Child {
    fileprivate var address: String {
        get throws(PageError) {
            guard let address = self.attributes["href"] else {
                throw PageError(code: .missing, message: "a link has no href")
            }
            return address
        }
    }
}
