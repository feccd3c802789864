import Foundation
import OpenbookCore

#if canImport(UIKit)
import UIKit
#endif

/// Reads what is collected of the app and the device; none of it needs a permission.
func readFacts() -> Facts {
    let bundle = Bundle.main
    let text = { (key: String) in bundle.object(forInfoDictionaryKey: key) as? String }
    let (systemName, systemVersion) = system()
    return Facts(
        appName: text("CFBundleDisplayName") ?? text("CFBundleName"),
        appVersion: text("CFBundleShortVersionString"),
        machine: machine(),
        systemName: systemName,
        systemVersion: systemVersion,
        locale: Locale.preferredLanguages.first,
        timezone: TimeZone.current.identifier)
}

private func system() -> (String, String) {
    #if canImport(UIKit) && !os(watchOS)
    return (UIDevice.current.systemName, UIDevice.current.systemVersion)
    #else
    let version = ProcessInfo.processInfo.operatingSystemVersion
    return ("macOS", "\(version.majorVersion).\(version.minorVersion)")
    #endif
}

/// `iPhone14,3`: the kind of device, as `utsname` has it.
private func machine() -> String {
    #if targetEnvironment(simulator)
    if let simulated = ProcessInfo.processInfo.environment["SIMULATOR_MODEL_IDENTIFIER"] { return simulated }
    #endif
    var system = utsname()
    uname(&system)
    return withUnsafeBytes(of: &system.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
