import Testing

@testable import TaskBrokerCLI

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("8080", "127.0.0.1:8080"), ("0", "127.0.0.1:0"), ("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:65535", "[::1]:65535"),
        ("localhost:1", "localhost:1"), ("[fe80::1%eth0]:1", "[fe80::1%eth0]:1"),
    ])
    func `reads hosts and ports, and means this machine where only a port is given`(text: String, expected: String) {
        #expect(ListenAddress(text)?.description == expected)
    }

    @Test(arguments: [
        "", ":", ":8080", "localhost", "localhost:", "::1:8080", "[]:1", "[::1]", "65536", "-1", "+1", "1 ", "٣",
        "a b:1", "a\u{1B}:1",
        "http://a:1", "a:1/",
    ])
    func `refuses everything else`(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
