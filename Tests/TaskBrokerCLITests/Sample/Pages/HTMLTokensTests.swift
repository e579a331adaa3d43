import Testing

@testable import taskctl

struct HTMLTokensTests {
    @Test(
        arguments: [
            ("", []),
            ("a", [.text("a")]),
            ("<b>x</b>", [.start("b", [:]), .text("x"), .end("b")]),
            ("<B >x</B\n>", [.start("b", [:]), .text("x"), .end("b")]),
            ("<br/>", [.start("br", [:])]),
            ("<br / >", [.start("br", [:])]),
            ("<!DOCTYPE html>x", [.text("x")]),
            ("<?xml?>x", [.text("x")]),
            ("a<!-- <b> -- > -->c", [.text("a"), .text("c")]),
            ("<!-->x", [.text("x")]),
            ("<!--->x", [.text("x")]),
            ("<!-- x", []),
            ("<!", []),
            ("1 < 2", [.text("1 "), .text("< 2")]),
            ("<", [.text("<")]),
            ("</", [.text("</")]),
            ("</>", [.text("</>")]),
            ("<1>", [.text("<1>")]),
            ("<<b>", [.text("<"), .start("b", [:])]),
            ("<b", []),
            ("<b a", []),
            ("<b a=\"", []),
            ("<b a=\">", []),
            ("</b", []),
            ("a &amp; b", [.text("a & b")]),
        ] as [(String, [HTMLTokens.Token])]
    )
    func `takes a page apart`(html: String, tokens: [HTMLTokens.Token]) {
        #expect(Array(HTMLTokens(html)) == tokens)
    }

    @Test(arguments: [
        ("a=1", ["a": "1"]),
        ("a='1' b=\"2\" c=3 d", ["a": "1", "b": "2", "c": "3", "d": ""]),
        ("a = '1'  b\n=\n\"2\"", ["a": "1", "b": "2"]),
        ("A='X'", ["a": "X"]),
        ("a='>' b='<c>'", ["a": ">", "b": "<c>"]),
        ("a='\"' b=\"'\"", ["a": "\"", "b": "'"]),
        ("a=1 a=2", ["a": "1"]),
        ("a='&lt;&#39;'", ["a": "<'"]),
        ("a=/x/y", ["a": "/x/y"]),
        ("a='1'b='2'", ["a": "1", "b": "2"]),
        ("=a", ["=a": ""]),
        ("a=", ["a": ""]),
        ("/ a /", ["a": ""]),
    ])
    func `reads attributes`(text: String, attributes: [String: String]) {
        // An empty value needs the end of the tag apart from it, as in `<b a= >`.
        #expect(Array(HTMLTokens("<b \(text) >")) == [.start("b", attributes)])
    }

    @Test(arguments: ["<", "<b ", "<!--", "</", "&", "<b a=\"", "<b a", "\u{0}", "<!", "=", "<b a='&#"])
    func `ends for any repetition of what is hard to read`(piece: String) {
        let page = String(repeating: piece, count: 20_000)
        #expect(Array(HTMLTokens(page)).count <= page.utf8.count)
    }
}
