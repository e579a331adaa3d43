import CrawlSite
import Testing

struct UserProfileTests {
    @Test func `profiles exercise escaping and text beyond ASCII`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let texts = (1...2_000).map(graph.profile(of:)).flatMap { [$0.name, $0.city, $0.bio] }
        for character in ["&", "<", ">", "\"", "'", "\\", "é", "京", "🐈", "👩‍💻"] as [Character] {
            #expect(texts.contains { $0.contains(character) })
        }
    }

    @Test func `name and number of followers agree with the other pages`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        for user in 1...2_000 {
            let profile = graph.profile(of: user)
            #expect(profile.id == user)
            #expect(profile.name == graph.name(of: user))
            #expect(profile.followers == graph.followers(of: user).count)
        }
    }

    @Test func `days are days`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        for user in 1...2_000 {
            let parts = graph.profile(of: user).joined.split(separator: "-")
            #expect(parts.map(\.count) == [4, 2, 2])
            let numbers = parts.compactMap { Int($0) }
            try #require(numbers.count == 3)
            #expect((2_009...2_023).contains(numbers[0]))
            #expect((1...12).contains(numbers[1]))
            #expect((1...28).contains(numbers[2]))
        }
    }
}
