// What the shop says to openbook. Without a screen of its own, so that `make test-ios` builds it on Linux, too.
import Openbook

enum ShopCalls {
    static func begin() {
        Openbook.setup(writeKey: "YOUR_WRITE_KEY", host: "https://openbook.example.com")
    }

    static func signIn() {
        // The token comes from your backend, which has checked who it is.
        Openbook.identify("42", traits: ["name": "Ada", "email": "ada@example.com"])
    }

    static func signOut() {
        Openbook.reset()
    }

    static func allow(_ isAllowed: Bool) {
        Openbook.consent(isAllowed)
    }

    static func shown(_ screen: String, unread: @escaping (Int) -> Void) {
        Openbook.screen(screen)
        Openbook.onUnread(unread)
    }
}
