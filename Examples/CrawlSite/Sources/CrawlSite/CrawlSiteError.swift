/// What the site cannot be asked to do.
package struct CrawlSiteError: Error {
    /// The kind of failure.
    package let code: Code

    /// The failure in words that name the offending value.
    package let message: String

    /// What the system reported, if it did.
    package let underlyingError: (any Error)?

    /// Creates an error.
    package init(code: Code, message: String, underlyingError: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlyingError = underlyingError
    }
}

extension CrawlSiteError {
    /// The kinds of failure.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// A setting is outside of what is allowed.
        package static let invalidConfiguration = Code(description: "invalidConfiguration")

        /// The host is not a numeric address.
        package static let invalidAddress = Code(description: "invalidAddress")

        /// The address cannot be listened on, mostly because somebody else does.
        package static let addressUnavailable = Code(description: "addressUnavailable")
    }
}

extension CrawlSiteError: CustomStringConvertible {
    package var description: String { self.message }
}
