// A small shop. Put this file and ShopCalls.swift into a new SwiftUI app in Xcode, add the package of the folder above,
// and fill in your key and address. What needs SwiftUI is not built by `make test-ios`; ShopCalls.swift is.
import Openbook
import SwiftUI
import UIKit

@main
struct ShopApp: App {
    init() {
        ShopCalls.begin()
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
            Button("Sign in as Ada", action: ShopCalls.signIn)
            Button("Sign out", action: ShopCalls.signOut)
            Toggle("Let the shop know how I use it", isOn: $isAllowed)
                .onChange(of: isAllowed) { ShopCalls.allow($0) }
        }
        .onAppear {
            ShopCalls.shown("Shop") { unread = $0 }
        }
    }

    private func chat() {
        let scenes = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }
        guard let screen = scenes.flatMap(\.windows).first(where: \.isKeyWindow)?.rootViewController else { return }
        Openbook.openChat(from: screen)
    }
}
