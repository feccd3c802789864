#if canImport(UIKit) && !os(watchOS)
import UIKit

/// Tells when the app comes to the front and when it leaves it.
enum Lifecycle {
    private static var watching: [NSObjectProtocol] = []

    static func watch(toFront: @escaping () -> Void, toBack: @escaping () -> Void) {
        let center = NotificationCenter.default
        watching = [
            center.addObserver(forName: UIApplication.willEnterForegroundNotification, object: nil, queue: nil) { _ in
                toFront()
            },
            center.addObserver(forName: UIApplication.didEnterBackgroundNotification, object: nil, queue: nil) { _ in
                toBack()
            },
        ]
        // The notification comes with a return to the front; a start is none.
        DispatchQueue.main.async {
            if UIApplication.shared.applicationState != .background { toFront() }
        }
    }
}
#endif
