import Foundation

/// What the platform says of the app and the device: all that is collected of them, and nothing else.
///
/// Asked for again with each message, since a phone changes its language and time zone while an app runs.
public struct Facts {
    /// `CFBundleDisplayName`, else `CFBundleName`.
    public var appName: String?
    /// `CFBundleShortVersionString`.
    public var appVersion: String?
    /// The machine id as `utsname` has it, `iPhone14,3`; the server knows its name. Never the name that a
    /// person gave their phone.
    public var machine: String?
    /// `UIDevice.systemName` and `systemVersion`.
    public var systemName: String?
    public var systemVersion: String?
    /// A BCP 47 tag.
    public var locale: String?
    /// An IANA name.
    public var timezone: String?

    public init(
        appName: String?, appVersion: String?, machine: String?, systemName: String?, systemVersion: String?,
        locale: String?, timezone: String?
    ) {
        self.appName = appName
        self.appVersion = appVersion
        self.machine = machine
        self.systemName = systemName
        self.systemVersion = systemVersion
        self.locale = locale
        self.timezone = timezone
    }

    /// The context that each message carries.
    func context() -> [String: Any] {
        var context: [String: Any] = ["library": ["name": "openbook-ios", "version": "0.1.0"]]
        let app = known(["name": appName, "version": appVersion])
        if !app.isEmpty { context["app"] = app }
        context["device"] = ["type": "ios", "manufacturer": "Apple"]
            .merging(known(["model": machine])) { _, new in new }
        context["os"] = ["name": systemName ?? "iOS"].merging(known(["version": systemVersion])) { _, new in new }
        context.merge(known(["locale": locale, "timezone": timezone])) { _, new in new }
        return context
    }

    private func known(_ values: [String: String?]) -> [String: String] {
        values.compactMapValues { $0 }.filter { !$0.value.isEmpty }
    }
}
