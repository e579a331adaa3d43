// swift-tools-version: 6.3
import PackageDescription

/// What is fuzzed is compiled once more, instrumented for libFuzzer.
///
/// `Sources` holds symbolic links to the parsers and their checks. A package of its own, because these flags are not allowed in one that others depend on. `scripts/fuzz` builds and runs it.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-sanitize=fuzzer,address"]),
]

let package = Package(
    name: "Fuzzing",
    targets: [
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CBzip2"),
        .systemLibrary(name: "LibFuzzer"),
        .target(name: "CeleryProtocol", dependencies: ["CZlib", "CBzip2"], swiftSettings: settings),
        .target(
            name: "RedisClient",
            dependencies: ["CHiredis"],
            // Without the connections, which need SwiftNIO.
            exclude: [
                "Client", "Commands", "Subscriptions", "Connection/ConnectionState.swift",
                "Connection/RedisChannelHandler.swift", "Connection/RedisConnection.swift",
                "Connection/RedisConnection+Connecting.swift", "Connection/RedisError+Connecting.swift",
                "Connection/RedisError+LoggingIn.swift", "Connection/RedisTLSContext.swift",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TaskBroker",
            dependencies: ["CeleryProtocol"],
            // Only the frames of task hosts.
            sources: [
                "Utilities/Duration+Seconds.swift", "Worker/Hosts/Protocol/EncodedHostFrame.swift",
                "Worker/Hosts/Protocol/HostField.swift", "Worker/Hosts/Protocol/HostFrame.swift",
                "Worker/Hosts/Protocol/HostFrameDecoder.swift", "Worker/Hosts/Protocol/HostMembers.swift",
                "Worker/Hosts/Protocol/HostProtocolError.swift",
            ],
            swiftSettings: settings
        ),
        .target(
            name: "FuzzChecks",
            dependencies: ["CeleryProtocol", "RedisClient", "TaskBroker"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzChecks", "LibFuzzer"],
            swiftSettings: settings,
            // The entry point of SwiftPM's programs takes the place of libFuzzer's, which gold does not bear.
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
        ),
    ]
)
