import Foundation
import OpenbookCore

#if canImport(UIKit)
import UIKit
#endif

/// openbook in an app. Call `setup` once, as `application(_:didFinishLaunchingWithOptions:)` does best; every
/// other call is taken from any thread, returns at once and never fails.
public final class Openbook {
    private static let lock = NSLock()
    private static var running: Openbook?
    private static var unread: ((Int) -> Void)?

    private let world: World
    private let engine: Engine
    private let page: ChatPage

    private init(writeKey: String, host: String, consent: Consent?) {
        let host = host.hasSuffix("/") ? String(host.dropLast()) : host
        page = ChatPage(host: host, writeKey: writeKey)
        world = World(host: host)
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
                    askUnread()
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

    /// The person's answer: with a no, all that is stored on this device goes, and nothing more is sent but that a push
    /// token ends that was handed over.
    public static func consent(_ isGiven: Bool) {
        if !isGiven { endChat() }
        tell { $0.consent(isGiven) }
    }

    /// Somebody else uses the app now, or nobody: after a log-out.
    public static func reset() {
        endChat()
        tell { $0.reset() }
    }

    /// Send now what waits.
    public static func flush() { tell { $0.flush() } }

    /// The token under which your push service reaches this device, if you hand it over; nil takes it back, and so
    /// does `reset()`: hand it over again for the next person.
    public static func setPushToken(_ token: Data?) {
        tell { $0.setPushToken(token?.map { String(format: "%02x", $0) }.joined()) }
    }

    /// The same for a push service whose token is a text, such as Firebase's.
    public static func setPushToken(_ token: String) { tell { $0.setPushToken(token) } }

    /// Be told how many messages of the team wait, on the main thread: each time the app comes to the front, and from
    /// the open chat.
    public static func onUnread(_ listener: ((Int) -> Void)?) {
        lock.lock()
        unread = listener
        lock.unlock()
        askUnread()
    }

    static func hearUnread(_ count: Int) {
        lock.lock()
        let listener = unread
        lock.unlock()
        DispatchQueue.main.async { listener?(count) }
    }

    static func askUnread() {
        lock.lock()
        let isAsked = unread != nil
        lock.unlock()
        if isAsked { tell { $0.unread(answered: hearUnread) } }
    }

    #if canImport(UIKit) && canImport(WebKit) && !os(tvOS) && !os(watchOS)
    private static weak var shown: UIViewController?

    /// Show the chat over this screen, signed in as this installation and the person who was last identified.
    @MainActor
    public static func openChat(from screen: UIViewController) {
        lock.lock()
        let running = self.running
        lock.unlock()
        guard let running else { return }
        let chat = UINavigationController(rootViewController: ChatViewController(page: running.page))
        shown = chat
        screen.present(chat, animated: true)
    }

    static func chat(answered: @escaping (ChatPass) -> Void) { tell { $0.chat(answered: answered) } }

    /// Before the installation changes: a screen that is open is the former person's.
    private static func endChat() {
        lock.lock()
        let page = running?.page
        lock.unlock()
        guard let page else { return }
        tell { engine in
            guard engine.hasChat else { return }
            DispatchQueue.main.async {
                shown?.dismiss(animated: true)
                Farewell.say(page)
            }
            hearUnread(0)
        }
    }
    #else
    private static func endChat() {}
    #endif

    private static func tell(_ act: @escaping (Engine) -> Void) {
        lock.lock()
        let running = self.running
        lock.unlock()
        guard let running else { return }
        running.world.run { act(running.engine) }
    }

    /// The app's own data.
    private static func folder() -> URL {
        let base = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask).first
            ?? FileManager.default.temporaryDirectory
        return base.appendingPathComponent("openbook", isDirectory: true)
    }
}
