import RedisClient
import Testing

@Suite struct RedisErrorTests {
    /// The classes of the design's R11.
    @Test(arguments: [
        ("LOADING Redis is loading the dataset in memory", RedisRemedy.retryHere),
        ("BUSY Redis is busy running a script.", .retryHere),
        ("TRYAGAIN Multiple keys request during rehashing of slot", .retryHere),
        ("OOM command not allowed when used memory > 'maxmemory'.", .retryHere),
        ("MISCONF Redis is configured to save RDB snapshots", .retryHere),
        ("NOREPLICAS Not enough good replicas to write.", .retryHere),
        ("CLUSTERDOWN The cluster is down", .retryHere),
        ("SOMETHING new", .retryHere),
        ("ERR syntax error", .retryHere),
        ("READONLY You can't write against a read only replica.", .reconnect),
        ("MASTERDOWN Link with MASTER is down", .reconnect),
        ("UNBLOCKED force unblock from blocking operation", .reconnect),
        ("MOVED 3999 127.0.0.1:6381", .redirect),
        ("ASK 3999 127.0.0.1:6381", .redirect),
        ("NOAUTH Authentication required.", .operator),
        ("WRONGPASS invalid username-password pair or user is disabled.", .operator),
        ("NOPERM this user has no permissions", .operator),
        ("ERR max number of clients reached", .operator),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", .bug),
        ("NOSCRIPT No matching script.", .bug),
        ("", .retryHere),
    ]) func `classifies error replies`(reply: String, remedy: RedisRemedy) {
        let error = RedisError(reply: reply)
        #expect(error.remedy == remedy)
        #expect(error.code == .server)
        #expect(error.serverPrefix == String(reply.prefix { $0 != " " }))
        #expect(error.message.contains(reply))
    }
}
