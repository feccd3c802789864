// A small shop. Put this file into a new SwiftUI app in Xcode, add the package of the folder above, and fill in your
// key and address. It is not built by `make test-ios`.
import Openbook
import SwiftUI
import UIKit

@main
struct ShopApp: App {
    init() {
        Openbook.setup(writeKey: "YOUR_WRITE_KEY", host: "https://openbook.example.com")
    }

    var body: some Scene {
        WindowGroup { Shop() }
    }
}

struct Shop: View {
    @State private var unread = 0
    @AppStorage("isAllowed") private var isAllowed = false

    var body: some View {
        List {
            Button(unread == 0 ? "Write to us" : "Write to us (\(unread))", action: chat)
            Button("Sign in as Ada") {
                // The token comes from your backend, which has checked who it is.
                Openbook.identify("42", traits: ["name": "Ada", "email": "ada@example.com"])
            }
            Button("Sign out", action: Openbook.reset)
            Toggle("Let the shop know how I use it", isOn: $isAllowed)
                .onChange(of: isAllowed) { Openbook.consent($0) }
        }
        .onAppear {
            Openbook.screen("Shop")
            Openbook.onUnread { unread = $0 }
        }
    }

    private func chat() {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        guard let screen = scenes.flatMap(\.windows).first(where: \.isKeyWindow)?.rootViewController else { return }
        Openbook.openChat(from: screen)
    }
}
