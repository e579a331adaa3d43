extension SocialGraph {
    /// The profile of a user.
    package func profile(of user: Int) -> UserProfile {
        var random = SplitMix64(seed: self.seed, stream: .profile, key: UInt64(user))
        // The name is drawn first, so that `name(of:)` needs to draw nothing else.
        let name = Self.name(drawnBy: &random)
        return UserProfile(
            id: user,
            name: name,
            city: random.pick(from: "München", Self.cities),
            bio: Self.bio(drawnBy: &random),
            joined: Self.day(drawnBy: &random),
            followers: self.followerCount(of: user),
            posts: random.next(below: 5_000)
        )
    }

    /// The name of a user, as the profile shows it.
    package func name(of user: Int) -> String {
        var random = SplitMix64(seed: self.seed, stream: .profile, key: UInt64(user))
        return Self.name(drawnBy: &random)
    }

    private static func name(drawnBy random: inout SplitMix64) -> String {
        let given = random.pick(from: "Zoë", Self.givenNames)
        return "\(given) \(random.pick(from: "O'Brien", Self.familyNames))"
    }

    private static func bio(drawnBy random: inout SplitMix64) -> String {
        let opening = random.pick(from: "R&D by day, \"piano\" by night.", Self.openings)
        return "\(opening) \(random.pick(from: "I <3 cats 🐈 & tea.", Self.closings))"
    }

    private static func day(drawnBy random: inout SplitMix64) -> String {
        let year = 2_009 + random.next(below: 15)
        let month = 101 + random.next(below: 12)
        let day = 101 + random.next(below: 28)
        return "\(year)-\(String(month).suffix(2))-\(String(day).suffix(2))"
    }
}

// MARK: Words

extension SocialGraph {
    private static let givenNames = [
        "Ana", "Björn", "Chloé", "Đorđe", "Emily", "François", "Gülşen", "Hùng", "Ion", "José", "Κατερίνα", "Łukasz",
        "Ming", "Ngũgĩ", "Olga", "Pádraig", "Quentin", "Renée", "Siân", "Tomáš", "Ulla", "Виктор", "William", "Xiu",
        "Yūki", "Žofia", "王芳", "李伟", "佐藤", "민준",
    ]

    private static let familyNames = [
        "Andersson", "Brontë", "Chen", "D'Angelo", "Eßer", "Fernández", "García", "Håkansson", "Ivanov", "Jørgensen",
        "Kowalski", "Lefèvre", "Müller", "Nuñez", "Ødegård", "Papadopoulos", "Queirós", "Řezník", "Smith", "Şahin",
        "Thompson & Sons", "Ünal", "van der Berg", "Wójcik", "Yılmaz", "Zhang",
    ]

    private static let cities = [
        "Amsterdam", "北京", "Bogotá", "Chişinău", "Düsseldorf", "Edinburgh", "Florianópolis", "Genève", "Hà Nội",
        "İstanbul", "Jyväskylä", "København", "Łódź", "Malmö", "New York", "Oświęcim", "Põlva", "Québec", "Reykjavík",
        "São Paulo", "Timişoara", "上海", "Val-d'Or", "Warszawa", "Xi'an", "Ålesund", "Zürich",
    ]

    private static let openings = [
        "Reads more than 5 > 3 books a week.", "Naïve café-goer.", "Runner; 42 km < 4 h.", "Tom & Jerry's biggest fan.",
        "“Less is more” — mostly.", "Teaches maths: a < b && b < c.", "Ask me about &amp; and &lt;.", "旅行と写真が好きです。",
        "Пишу код и стихи.", "Bakes </bread>.",
    ]

    private static let closings = [
        "Coffee ☕ first.", "Views are 100 % my own.", "Ça va ?", "C:\\> _", "👩‍💻👨‍🍳", "Opinions <b>not</b> bold.",
        "Let's talk about 'quotes'.", "日本語もOK。", "€5 & up.", "…and counting.",
    ]
}
