import ArgumentParser
import Testing

@testable import TaskBrokerCLI

struct ConnectionURLsTests {
    @Test(arguments: [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("redis://:secret@localhost/1", "redis://:**@localhost/1"),
        ("rediss://user:secret@host:6380/0", "rediss://user:**@host:6380/0"),
        ("redis://user@host", "redis://user@host"),
        ("redis://:se@cret@host/0", "redis://:**@host/0"),
        ("redis://:p@host?password=secret&db=1", "redis://:**@host?password=**&db=**"),
        ("unix:///run/redis.sock?virtual_host=2", "unix:///run/redis.sock?virtual_host=**"),
        ("secret", "**"),
        ("", "**"),
    ])
    func `never shows a secret`(url: String, expected: String) {
        #expect(ConnectionURLs.masked(url) == expected)
        #expect(!ConnectionURLs.masked(url).contains("secret"))
    }

    @Test(
        arguments: [
            (nil, [:], "redis://localhost:6379/0", "redis://localhost:6379/0"),
            (nil, ["CELERY_BROKER_URL": "redis://c"], "redis://c", "redis://c"),
            (nil, ["CELERY_BROKER_URL": "redis://c", "TASKBROKER_URL": "redis://t"], "redis://t", "redis://t"),
            (nil, ["TASKBROKER_URL": "", "CELERY_BROKER_URL": "redis://c"], "redis://c", "redis://c"),
            ("redis://o", ["TASKBROKER_URL": "redis://t"], "redis://o", "redis://o"),
            (nil, ["TASKBROKER_URL": "redis://t", "CELERY_RESULT_BACKEND": "redis://b"], "redis://t", "redis://b"),
            (
                nil, ["TASKBROKER_BACKEND_URL": "redis://x", "CELERY_RESULT_BACKEND": "redis://b"],
                "redis://localhost:6379/0", "redis://x"
            ),
        ] as [(String?, [String: String], String, String)]
    )
    func `option, then our variables, then Celery's`(
        option: String?,
        environment: [String: String],
        broker: String,
        backend: String
    ) throws {
        let options = try GlobalOptions.parse(option.map { ["-b", $0] } ?? [])
        let urls = ConnectionURLs(options, environment: environment)
        #expect(urls.broker == broker)
        #expect(urls.backend == backend)
    }
}
