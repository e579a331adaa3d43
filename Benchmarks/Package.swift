// swift-tools-version: 6.3
import PackageDescription

// Most of what is worth measuring is `package` code, which another package cannot see; and SwiftPM's own `-package-name` comes
// after every flag that a manifest can set. So this package compiles the library's sources itself, through the link `Library`,
// and the two are one package to the compiler. It is a manifest of its own so that users never fetch a benchmarking library.

/// What the targets of the library are compiled with, as in the manifest above; warnings are errors there.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "Benchmarks",
    dependencies: [
        // Without its default traits, which replace `malloc` and the reference counting of the runtime.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis", path: "Library/CHiredis"),
        .systemLibrary(name: "CZlib", path: "Library/CZlib"),
        .systemLibrary(name: "CBzip2", path: "Library/CBzip2"),
        .target(
            name: "RedisClient",
            dependencies: ["CHiredis", nioCore, nioPosix, nioSSL, logging],
            path: "Library/RedisClient",
            swiftSettings: settings
        ),
        .target(
            name: "CeleryProtocol",
            dependencies: ["CZlib", "CBzip2"],
            path: "Library/CeleryProtocol",
            swiftSettings: settings
        ),
        .target(
            name: "TaskBroker",
            dependencies: ["CeleryProtocol", "RedisClient", serviceLifecycle, logging],
            path: "Library/TaskBroker",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Codec",
            dependencies: ["CeleryProtocol", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Codec",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
