// swift-tools-version: 6.3
import PackageDescription

/// What every target of ours is compiled with; verified together in `docs/decisions/0001-settings.md`.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "TaskBroker",
    products: [
        .library(name: "TaskBroker", targets: ["TaskBroker"]),
        .library(name: "TaskBrokerTesting", targets: ["TaskBrokerTesting"]),
        .library(name: "TaskBrokerCLI", targets: ["TaskBrokerCLI"]),
        .executable(name: "taskctl", targets: ["taskctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
        .target(
            name: "RedisClient",
            dependencies: ["CHiredis", nioCore, nioPosix, nioSSL, logging],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"]), .brew(["bzip2"])]),
        .systemLibrary(name: "CTaskHost"),
        .target(name: "CeleryProtocol", dependencies: ["CZlib", "CBzip2"], swiftSettings: settings),
        .target(
            name: "TaskBroker",
            dependencies: [
                "CeleryProtocol", "RedisClient", "CTaskHost", crypto, nioCore, nioPosix, serviceLifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TaskBrokerTesting",
            dependencies: ["TaskBroker", "CeleryProtocol", serviceLifecycle, logging],
            swiftSettings: settings
        ),
        .target(name: "CommandSpawn"),
        .target(
            name: "TaskBrokerCLI",
            dependencies: [
                "TaskBroker", "CeleryProtocol", "CommandSpawn", argumentParser, serviceLifecycle, unixSignals,
                subprocess, nioCore, nioPosix, nioHTTP1, yams, logging,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "taskctl",
            dependencies: ["TaskBroker", "TaskBrokerCLI", argumentParser, httpClient, nioCore, nioHTTP1, logging],
            swiftSettings: settings
        ),

        .target(
            name: "TestSupport",
            dependencies: ["CeleryProtocol", subprocess, httpClient, nioCore, nioHTTP1],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(
            name: "FuzzChecks",
            dependencies: ["CeleryProtocol", "RedisClient", "TaskBroker"],
            path: "Tests/FuzzChecks",
            swiftSettings: settings
        ),
        .testTarget(
            name: "CeleryProtocolTests",
            dependencies: ["CeleryProtocol", "FuzzChecks"],
            exclude: ["Canvas/Recorded"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RedisClientTests",
            dependencies: ["RedisClient", "TestSupport", nioCore, nioEmbedded, nioPosix, nioSSL, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TaskBrokerTests",
            dependencies: ["TaskBroker", "TaskBrokerTesting", "CeleryProtocol", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "TaskBrokerCLITests",
            dependencies: [
                "TaskBrokerCLI", "TaskBroker", "CeleryProtocol", "taskctl", argumentParser, unixSignals, nioCore,
                nioPosix,
                logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "TaskBroker", "TaskBrokerCLI", "TaskBrokerTesting", "TestSupport", "RedisClient", "CeleryProtocol",
                "taskctl", "fault-worker",
                serviceLifecycle, subprocess,
                logging, httpClient, nioCore, nioPosix, nioHTTP1,
            ],
            exclude: ["Hosts/Python"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CeleryInteropTests",
            dependencies: ["TaskBroker", "TestSupport", "CeleryProtocol", "taskctl", subprocess, logging],
            exclude: ["Python"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "fault-worker",
            dependencies: ["TaskBroker", "TaskBrokerCLI"],
            path: "Tests/FaultWorker",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bench-app",
            dependencies: ["TaskBroker", "TaskBrokerCLI", argumentParser, logging],
            path: "Benchmarks/App",
            swiftSettings: settings
        ),
        .target(name: "Allocations", path: "Benchmarks/Allocations"),
        .executableTarget(
            name: "micro-benchmarks",
            dependencies: ["Allocations", "CeleryProtocol", "RedisClient", "TaskBroker", nioCore],
            path: "Benchmarks/Micro",
            exclude: ["check", "allocations.json"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "TaskBroker", "TestSupport", "CeleryProtocol", "RedisClient", "fault-worker", nioCore, nioPosix,
                logging,
            ],
            exclude: ["Python", "Scenarios/jumping_clock.c"],
            swiftSettings: settings
        ),
    ]
)
