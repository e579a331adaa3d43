// swift-tools-version: 6.3
import Foundation
import PackageDescription

/// The name under which the compiler knows the package above.
///
/// SwiftPM passes a package's identity, the last part of its path in lower case with everything but letters, digits and underscores
/// replaced, as `-package-name`. The codec is `package` code; benchmarks of it belong to that package in all but the manifest, which is
/// kept apart so that users never fetch a benchmarking library.
let packageName = String(
    URL(filePath: Context.packageDirectory).deletingLastPathComponent().lastPathComponent.lowercased()
        .map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" }
)

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-package-name", packageName]),
]

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "TaskBroker", path: ".."),
        // Without its default traits, which replace `malloc` and the reference counting of the runtime.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Codec",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "TaskBroker", package: "TaskBroker"),
            ],
            path: "Benchmarks/Codec",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
