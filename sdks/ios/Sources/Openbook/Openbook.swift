import Foundation
import OpenbookCore

/// openbook in an app. Call `setup` once, as `application(_:didFinishLaunchingWithOptions:)` does best; every
/// other call is taken from any thread, returns at once and never fails.
public final class Openbook {
    private static let lock = NSLock()
    private static var running: Openbook?

    private let world: World
    private let engine: Engine

    private init(writeKey: String, host: String, consent: Consent?) {
        world = World(host: host.hasSuffix("/") ? String(host.dropLast()) : host)
        engine = Engine(folder: Self.folder(), writeKey: writeKey, consent: consent, world: world, facts: readFacts)
    }

    /// Begin. `host` is the address of your server, `https://chat.example.com`. `consent` says whether anything may be
    /// stored and sent before the person answered; nil asks your workspace. A second call does nothing.
    public static func setup(writeKey: String, host: String, consent: Consent? = nil, tellsLifecycle: Bool = true) {
        lock.lock()
        defer { lock.unlock() }
        if running != nil { return }
        let fresh = Openbook(writeKey: writeKey, host: host, consent: consent)
        running = fresh
        fresh.world.run { fresh.engine.start() }
        #if canImport(UIKit) && !os(watchOS)
        if tellsLifecycle {
            Lifecycle.watch(
                toFront: {
                    tell { $0.foreground() }
                    tell { $0.resume() }
                },
                toBack: { tell { $0.background() } })
        }
        #endif
    }

    /// The person who uses the app is this user of yours. `token` is signed by your backend.
    public static func identify(_ userId: String?, traits: [String: Any]? = nil, token: String? = nil) {
        tell { $0.identify(userId, traits, token: token) }
    }

    /// A screen is shown.
    public static func screen(_ name: String, properties: [String: Any]? = nil) { tell { $0.screen(name, properties) } }

    /// Something happened.
    public static func track(_ event: String, properties: [String: Any]? = nil) { tell { $0.track(event, properties) } }

    /// The person's answer: with a no, all that is stored on this device goes, and nothing more is sent.
    public static func consent(_ isGiven: Bool) { tell { $0.consent(isGiven) } }

    /// Somebody else uses the app now, or nobody: after a log-out.
    public static func reset() { tell { $0.reset() } }

    /// Send now what waits.
    public static func flush() { tell { $0.flush() } }

    /// The token under which your push service reaches this device, if you hand it over.
    public static func setPushToken(_ token: Data) {
        tell { $0.setPushToken(token.map { String(format: "%02x", $0) }.joined()) }
    }

    private static func tell(_ act: @escaping (Engine) -> Void) {
        lock.lock()
        let running = self.running
        lock.unlock()
        guard let running else { return }
        running.world.run { act(running.engine) }
    }

    /// The app's own data, and no backup: a restored id would make two phones one.
    private static func folder() -> URL {
        let base = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask).first
            ?? FileManager.default.temporaryDirectory
        var folder = base.appendingPathComponent("openbook", isDirectory: true)
        #if !os(Linux)
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        if FileManager.default.fileExists(atPath: folder.path) { try? folder.setResourceValues(values) }
        #endif
        return folder
    }
}
