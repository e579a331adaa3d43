/// The session in a `Set-Cookie` header: `session=4f…; Path=/; Max-Age=300`.
struct SessionCookie: Hashable, Sendable {
    /// `session=4f…`, as it is sent back.
    let pair: String
    /// How long the site knows it, in seconds.
    let lifetime: Double

    /// What a session lives if the site does not say.
    private static let usualLifetime: Double = 300

    /// Reads a header; `nil` if it sets something else.
    init?(_ header: String) {
        let parts = header.split(separator: ";").map { $0.drop { $0 == " " } }
        guard let pair = parts.first, pair.hasPrefix("session="), pair.utf8.count < 4096 else { return nil }
        // It goes into a header of ours: nothing may end that header early.
        guard pair.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        self.pair = String(pair)
        let age = parts.first { $0.lowercased().hasPrefix("max-age=") }
        self.lifetime = age.flatMap { Double($0.dropFirst(8)) }.map { max(0, min($0, 86_400)) } ?? Self.usualLifetime
    }
}
