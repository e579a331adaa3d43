// swift-tools-version: 6.3
import PackageDescription

/// The settings of the root package, repeated because a manifest cannot import another one.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let flyingFox: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A package of its own, so that nobody who depends on TaskBroker resolves an HTTP server.
let package = Package(
    name: "CrawlSite",
    products: [
        .library(name: "CrawlSite", targets: ["CrawlSite"]),
        .executable(name: "crawl-site", targets: ["crawl-site"]),
    ],
    dependencies: [
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .target(name: "CrawlSite", swiftSettings: settings),
        .target(
            name: "CrawlSiteServer",
            dependencies: ["CrawlSite", flyingFox, flyingSocks],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "crawl-site",
            dependencies: ["CrawlSite", "CrawlSiteServer", argumentParser, flyingSocks],
            swiftSettings: settings
        ),
        .testTarget(name: "CrawlSiteTests", dependencies: ["CrawlSite"], swiftSettings: settings),
        .testTarget(
            name: "CrawlSiteServerTests",
            dependencies: ["CrawlSite", "CrawlSiteServer", flyingSocks],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CrawlSiteCommandTests",
            dependencies: ["CrawlSite", "CrawlSiteServer", "crawl-site", argumentParser],
            swiftSettings: settings
        ),
    ]
)
