import Testing

@testable import taskctl

struct CharacterReferencesTests {
    @Test(arguments: [
        ("", ""),
        ("plain é京", "plain é京"),
        ("&amp;&lt;&gt;&quot;&#39;&apos;&nbsp;", "&<>\"''\u{A0}"),
        ("&#233;&#xE9;&#XE9;&#xe9;&#0233;", "ééééé"),
        ("&#128008;&#x1F408;", "🐈🐈"),
        ("&amp;amp;", "&amp;"),
        ("&amp;#39;", "&#39;"),
        ("&", "&"),
        ("&;", "&;"),
        ("&amp", "&amp"),
        ("R&D", "R&D"),
        ("a & b; c", "a & b; c"),
        ("&unknown;", "&unknown;"),
        ("&AMP;", "&AMP;"),
        ("&#;", "&#;"),
        ("&#x;", "&#x;"),
        ("&#1f;", "&#1f;"),
        ("&#xg;", "&#xg;"),
        ("&#-1;", "&#-1;"),
        ("&#0;", "\u{FFFD}"),
        ("&#xD800;", "\u{FFFD}"),
        ("&#x110000;", "\u{FFFD}"),
        ("&#9999999999999;", "\u{FFFD}"),
        ("&&amp;", "&&"),
        ("&#&amp;;", "&#&;"),
    ])
    func `are replaced by what they mean`(text: String, decoded: String) {
        #expect(CharacterReferences.decoded(Array(text.utf8)[...]) == decoded)
    }

    @Test func `bytes that are not UTF-8 become replacement characters`() {
        #expect(CharacterReferences.decoded([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
    }
}
