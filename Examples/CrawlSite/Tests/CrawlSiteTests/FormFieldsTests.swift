import CrawlSite
import Testing

struct FormFieldsTests {
    @Test(arguments: [
        ("user=ann", "user", "ann"),
        ("user=ann&password=p", "password", "p"),
        ("user=a+b%20c", "user", "a b c"),
        ("user=%C3%A9%e2%82%ac", "user", "é€"),
        ("user=a%26b%3Dc", "user", "a&b=c"),
        ("user=a=b", "user", "a=b"),
        ("user=1&user=2", "user", "1"),
        ("user", "user", ""),
        ("user=", "user", ""),
        ("%75ser=ann", "user", "ann"),
        ("user=100%", "user", "100%"),
        ("user=%4", "user", "%4"),
        ("user=%zz%+1", "user", "%zz% 1"),
        ("user=%FF", "user", "\u{FFFD}"),
        ("&&user=ann&", "user", "ann"),
    ])
    func `are decoded as a browser encodes them`(text: String, name: String, value: String) {
        #expect(FormFields(text)[name] == value)
    }

    @Test(arguments: ["", "&", "users=1", "User=1", "=1"])
    func `are nil when they were not sent`(text: String) {
        #expect(FormFields(text)["user"] == nil)
    }

    @Test func `are not counted beyond a limit`() {
        let text = (0..<1_000).map { "f\($0)=1" }.joined(separator: "&")
        #expect(FormFields(text)["f31"] == "1")
        #expect(FormFields(text)["f32"] == nil)
    }
}
