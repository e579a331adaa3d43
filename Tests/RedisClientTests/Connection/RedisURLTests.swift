import RedisClient
import Testing

@Suite struct RedisURLTests {
    @Test(arguments: [
        ("redis://", "localhost", 6379, 0),
        ("redis://localhost", "localhost", 6379, 0),
        ("redis://localhost/", "localhost", 6379, 0),
        ("redis://localhost//", "localhost", 6379, 0),
        ("REDIS://example.com:6380/15", "example.com", 6380, 15),
        ("redis://:6380", "localhost", 6380, 0),
        ("redis://10.0.0.1:1/1", "10.0.0.1", 1, 1),
        ("redis://[::1]:65535/2", "::1", 65_535, 2),
        ("redis://[fe80::1%eth0]", "fe80::1%eth0", 6379, 0),
        ("redis://my_redis/3", "my_redis", 6379, 3),
        ("redis://host?db=4", "host", 6379, 4),
        ("redis://host/1?virtual_host=5", "host", 6379, 5),
        ("redis://host/1?virtual_host=/6", "host", 6379, 6),
    ]) func `finds host, port and database`(text: String, host: String, port: Int, database: Int) throws {
        let url = try RedisURL(text)
        #expect(url.address == .tcp(host: host, port: port))
        #expect(url.database == database)
        #expect(url.tls == nil)
    }

    private static let logins: [(String, String?, String?)] = [
        ("redis://host", nil, nil),
        ("redis://@host", nil, nil),
        ("redis://user@host", "user", nil),
        ("redis://:pass@host", nil, "pass"),
        ("redis://user:pass@host", "user", "pass"),
        ("redis://user:pa:ss@host", "user", "pa:ss"),
        ("redis://us%65r:p%40%2F%3F%23%25ss@host", "user", "p@/?#%ss"),
        ("redis://user:p@ss@host", "user", "p@ss"),
        ("redis://user:%C3%A9@host", "user", "é"),
        ("redis://host?username=user&password=p%26ss", "user", "p&ss"),
        ("unix://user:pass@/run/redis.sock", "user", "pass"),
    ]

    @Test(arguments: Self.logins)
    func `finds the login`(text: String, username: String?, password: String?) throws {
        let url = try RedisURL(text)
        #expect(url.username == username)
        #expect(url.password == password)
    }

    @Test(arguments: [
        ("unix:///run/redis.sock", "/run/redis.sock", 0),
        ("unix:///run/redis.sock?db=1", "/run/redis.sock", 1),
        ("redis+socket:///run/a%20b@c.sock?virtual_host=2", "/run/a b@c.sock", 2),
    ]) func `finds a socket`(text: String, path: String, database: Int) throws {
        let url = try RedisURL(text)
        #expect(url.address == .unix(path: path))
        #expect(url.database == database)
    }

    @Test(arguments: [
        ("rediss://host", RedisTLS()),
        ("rediss://host?ssl_cert_reqs=required", RedisTLS()),
        ("rediss://host?ssl_cert_reqs=CERT_REQUIRED", RedisTLS()),
        ("rediss://host?ssl_cert_reqs=CERT_OPTIONAL", RedisTLS()),
        ("rediss://host?ssl_cert_reqs=none", RedisTLS(verification: .none)),
        ("rediss://host/0?ssl_cert_reqs=CERT_NONE", RedisTLS(verification: .none)),
        (
            "rediss://host?ssl_ca_certs=%2Fca.pem&ssl_certfile=/c.pem&ssl_keyfile=/k.pem",
            RedisTLS(authoritiesPath: "/ca.pem", certificatePath: "/c.pem", privateKeyPath: "/k.pem")
        ),
    ]) func `finds the settings of TLS`(text: String, tls: RedisTLS) throws {
        #expect(try RedisURL(text).tls == tls)
    }

    @Test func `collects what it does not know`() throws {
        #expect(try RedisURL("redis://host?socket_timeout=5&db=1&x=").ignoredParameters == ["socket_timeout", "x"])
    }

    @Test(arguments: [
        ("", "scheme"), ("localhost:6379", "scheme"), ("http://host", "scheme"), ("redis:/host", "scheme"),
        ("redis://host:port", "port"), ("redis://host:0", "port"), ("redis://host:65536", "port"),
        ("redis://host:-1", "port"), ("redis://host:99999999999999999999", "port"), ("redis://host:٣", "port"),
        ("redis://host/x", "database"), ("redis://host/-1", "database"), ("redis://host/99999999999", "database"),
        ("redis://host/1/2", "database"), ("redis://host?db=x", "database"),
        ("redis://::1", "brackets"), ("redis://[::1", "']'"), ("redis://[::1]x", "host"), ("redis://[host]", "host"),
        ("redis://ho st", "host"), ("redis://ho\nst", "host"), ("redis://ho%00st", "host"),
        ("redis://:hunter2%@host", "password"), ("redis://:%zz@host", "password"), ("redis://:%FF@host", "password"),
        ("redis://u%@host", "user name"),
        ("redis://:pa/ss@host", "percent-encoded"), ("redis://:pa?ss@host", "percent-encoded"),
        ("redis://:pa#ss@host", "percent-encoded"),
        ("redis://a;redis://b", "not supported yet"), ("sentinel://a:26379;sentinel://b:26379", "not supported yet"),
        ("sentinel://a:26379", "not supported yet"),
        ("unix://run/redis.sock", "path"), ("unix://", "path"), ("unix:///", "path"),
        ("redis://host?ssl_cert_reqs=none", "rediss://"), ("rediss://host?ssl_cert_reqs=maybe", "ssl_cert_reqs"),
        ("redis://host?db", "query"),
    ]) func `names the part that is wrong`(text: String, part: String) {
        let error = #expect(throws: RedisError.self) { try RedisURL(text) }
        #expect(error?.code == .invalidURL)
        #expect(error?.remedy == .operator)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://user:pass@[::1]/2", "redis://user:***@[::1]:6379/2"),
        ("redis://:pass@host", "redis://:***@host:6379/0"),
        ("redis://pass@host", "redis://***@host:6379/0"),
        ("rediss://host?ssl_cert_reqs=none&ssl_ca_certs=/x", "rediss://host:6379/0?ssl_cert_reqs=none"),
        ("unix:///run/redis.sock?db=1&password=pass", "unix://:***@/run/redis.sock?db=1"),
    ]) func `is printed without the password`(text: String, description: String) throws {
        #expect(try RedisURL(text).description == description)
    }

    @Test func `no rendering and no error contains the secret`() async {
        var random = SplitMix64(seed: 42)
        let alphabet = Array("abcXYZ019-._~!$&'()*+,=:/?#[]@% \\\"<>^`{|}é")
        let templates = [
            "redis://:SECRET@host", "redis://user:SECRET@host:6379/1", "rediss://:SECRET@[::1]/0",
            "redis://SECRET@host",
            "redis://host?password=SECRET", "unix://:SECRET@/run/redis.sock", "unix:///redis.sock?password=SECRET",
            "redis://:SECRET@ho st", "redis://:SECRET@host:x/y", "SECRET", "redis//:SECRET@host",
            "redis://:SECRET@a;redis://:SECRET@b", "sentinel://:SECRET@a", "x://:SECRET@host",
            "redis://:SECRET@host?ssl_cert_reqs=none", "rediss://:SECRET@host?ssl_cert_reqs=SECRET",
        ]
        var parsed = 0
        for round in 0..<1_000 {
            // Other tests wait for servers on the same few threads.
            await Task.yield()
            var secret = String((0..<8).map { _ in alphabet.randomElement(using: &random) ?? "x" })
            // Letters that no message contains, so that a hit is a leak.
            let marker = "zq\(round)qz"
            secret.insert(contentsOf: marker, at: secret.index(secret.startIndex, offsetBy: 4))
            let isEncoded = Bool.random(using: &random)
            let written = isEncoded ? secret.percentEncoded : secret
            for template in templates {
                // A password in the place of a user name can only be told from one as long as it has no colon.
                let isUserName = template.contains("/SECRET@")
                let text = template.replacing("SECRET", with: isUserName ? written.replacing(":", with: "") : written)
                var renderings: [String] = []
                do throws(RedisError) {
                    let url = try RedisURL(text)
                    parsed += 1
                    var dumped = ""
                    dump(url, to: &dumped)
                    renderings = ["\(url)", String(reflecting: url), dumped, "\([url])", "\(Optional(url) as Any)"]
                } catch {
                    renderings = ["\(error)", String(reflecting: error)]
                }
                #expect(!renderings.contains { $0.contains(marker) }, "seed 42, round \(round): \(template)")
            }
        }
        #expect(parsed > 5_000)
    }

    @Test(arguments: [
        ("redis://host", "redis://HOST:6379/5", true),
        ("redis://user:a@host", "redis://:b@host", true),
        ("redis://host", "rediss://host", false),
        ("redis://host", "redis://host:6380", false),
        ("redis://host", "redis://other", false),
        ("unix:///a", "unix:///a?db=3", true),
        ("unix:///a", "unix:///b", false),
        ("unix:///a", "redis://host", false),
    ]) func `compares servers`(first: String, second: String, isSame: Bool) throws {
        #expect(try RedisURL(first).isSameServer(as: RedisURL(second)) == isSame)
        #expect(try RedisURL(second).isSameServer(as: RedisURL(first)) == isSame)
    }
}

extension String {
    fileprivate var percentEncoded: String {
        self.utf8.map { byte in "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
