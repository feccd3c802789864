#if canImport(UIKit) && canImport(WebKit) && !os(tvOS) && !os(watchOS)
import OpenbookCore
import UIKit
import WebKit

/// The chat: the server's own page, in the platform's web view. Shown by `Openbook.openChat`.
final class ChatViewController: UIViewController, WKNavigationDelegate, WKUIDelegate, WKScriptMessageHandler {
    private static let bridge = "openbookApp"

    private let page: ChatPage
    private var web: WKWebView?

    init(page: ChatPage) {
        self.page = page
        super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) { fatalError("The chat has no storyboard.") }

    override func viewDidLoad() {
        super.viewDidLoad()
        view.backgroundColor = .systemBackground
        navigationItem.rightBarButtonItem = UIBarButtonItem(
            barButtonSystemItem: .close, target: self, action: #selector(close))
        Openbook.chat { [weak self] pass in
            DispatchQueue.main.async { self?.begin(pass) }
        }
    }

    private func begin(_ pass: ChatPass) {
        guard let address = URL(string: page.address) else { return }
        let configuration = WKWebViewConfiguration()
        let scripts = configuration.userContentController
        scripts.addUserScript(
            WKUserScript(source: page.handover(pass), injectionTime: .atDocumentStart, forMainFrameOnly: true))
        scripts.add(Weakly(self), name: Self.bridge)
        let web = WKWebView(frame: .zero, configuration: configuration)
        web.navigationDelegate = self
        web.uiDelegate = self
        web.scrollView.contentInsetAdjustmentBehavior = .never
        web.translatesAutoresizingMaskIntoConstraints = false
        view.addSubview(web)
        // The bars and the notch cover nothing of the page; of the keyboard it takes care itself.
        let clear = view.safeAreaLayoutGuide
        NSLayoutConstraint.activate([
            web.topAnchor.constraint(equalTo: clear.topAnchor),
            web.bottomAnchor.constraint(equalTo: clear.bottomAnchor),
            web.leadingAnchor.constraint(equalTo: clear.leadingAnchor),
            web.trailingAnchor.constraint(equalTo: clear.trailingAnchor),
        ])
        self.web = web
        web.load(URLRequest(url: address))
    }

    @objc func close() { dismiss(animated: true) }

    override func viewDidDisappear(_ animated: Bool) {
        super.viewDidDisappear(animated)
        if isBeingDismissed || navigationController?.isBeingDismissed == true { Openbook.askUnread() }
    }

    // The page is shown; what a conversation links to opens in the browser.

    // Without a handler: the type of that one is another in each version of Apple's SDK, and this must be called.
    func webView(_ webView: WKWebView, decidePolicyFor action: WKNavigationAction) async -> WKNavigationActionPolicy {
        guard let address = action.request.url else { return .cancel }
        if page.isOurs(address) && action.targetFrame?.isMainFrame == true { return .allow }
        leave(address)
        return .cancel
    }

    func webView(
        _ webView: WKWebView, createWebViewWith configuration: WKWebViewConfiguration, for action: WKNavigationAction,
        windowFeatures: WKWindowFeatures
    ) -> WKWebView? {
        if let address = action.request.url { leave(address) }
        return nil
    }

    private func leave(_ address: URL) {
        if page.isForBrowser(address) { UIApplication.shared.open(address) }
    }

    // What the page tells.

    func userContentController(_ scripts: WKUserContentController, didReceive message: WKScriptMessage) {
        guard message.frameInfo.isMainFrame, let said = message.body as? [String], said.count == 2 else { return }
        if said[0] == "unread", let count = Int(said[1]) { Openbook.hearUnread(count) }
    }
}

/// A web view holds on to whom it tells; this screen would never go.
private final class Weakly: NSObject, WKScriptMessageHandler {
    private weak var handler: WKScriptMessageHandler?

    init(_ handler: WKScriptMessageHandler) { self.handler = handler }

    func userContentController(_ scripts: WKUserContentController, didReceive message: WKScriptMessage) {
        handler?.userContentController(scripts, didReceive: message)
    }
}

/// Ends the chat of a person who is gone: at the server, and in what the web view keeps.
@MainActor
enum Farewell {
    private static let longEnough: TimeInterval = 10

    /// The page's own address lets it at what the chat kept, and at nothing else.
    static func say(_ page: ChatPage) {
        let web = WKWebView(frame: .zero)
        web.loadHTMLString(page.farewell, baseURL: URL(string: page.host + "/"))
        DispatchQueue.main.asyncAfter(deadline: .now() + longEnough) { web.stopLoading() }
    }
}
#endif
