// swift-tools-version:5.9
import PackageDescription

var targets: [Target] = [
    .target(name: "Openbook", dependencies: ["OpenbookCore"], resources: [.copy("PrivacyInfo.xcprivacy")]),
    .testTarget(name: "OpenbookCoreTests", dependencies: ["OpenbookCore", "KilledInTests"]),
    // No part of the product: a process that the tests kill while it stores.
    .executableTarget(name: "KilledInTests", dependencies: ["OpenbookCore"], path: "Tests/KilledInTests"),
]

// Apple's systems bring a compressor of their own. Linux, where the tests run as well, has zlib.
#if os(Linux)
targets += [
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "OpenbookCore", dependencies: ["CZlib"]),
    // What of the example is no screen, so that it goes on being one.
    .target(name: "Example", dependencies: ["Openbook"], path: "example", exclude: ["ShopApp.swift"]),
]
#else
targets.append(.target(name: "OpenbookCore"))
#endif

let package = Package(
    name: "Openbook",
    platforms: [.iOS(.v13), .macOS(.v10_15)],
    products: [.library(name: "Openbook", targets: ["Openbook"])],
    targets: targets
)
