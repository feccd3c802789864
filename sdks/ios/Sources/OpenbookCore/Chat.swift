import Foundation

/// What the chat's page shows the server to be of this installation: handed over inside the app, never in an address.
/// All of it nil where nothing may be stored: then the chat is a stranger's, and ends with its screen.
public struct ChatPass {
    public let installation: String?
    public let proof: String?
    /// The last token of your backend's that `identify` was given.
    public let token: String?

    /// As the page reads it.
    public var json: String {
        var known: [String: Any] = [:]
        known["anonymousId"] = installation
        known["proof"] = proof
        known["token"] = token
        return Json.write(known)
    }
}

/// Where the chat's page is, and what may be shown beside it. `host` is without a slash at the end.
public struct ChatPage {
    private static let outside: Set<String> = ["http", "https", "mailto", "tel"]

    public let host: String
    private let writeKey: String

    public init(host: String, writeKey: String) {
        self.host = host
        self.writeKey = writeKey
    }

    public var address: String { "\(host)/chat/\(writeKey)" }

    /// Only this page is shown in the app; all else belongs into the browser.
    public func isOurs(_ wanted: URL) -> Bool {
        guard let ours = URL(string: address) else { return false }
        return wanted.scheme == ours.scheme && wanted.host == ours.host && wanted.port == ours.port
            && wanted.user == nil && wanted.path == ours.path
    }

    /// May this be handed to the system to open? What a conversation links to is somebody's typing.
    public func isForBrowser(_ wanted: URL) -> Bool {
        wanted.scheme.map { Self.outside.contains($0.lowercased()) } ?? false
    }

    /// A script that hands the pass to the page, run before the page's own.
    public func handover(_ pass: ChatPass) -> String {
        """
        if (window === window.top) window.openbookApp = {
          session: function () { return \(inScript(pass.json)); },
          tell: function (name, detail) {
            webkit.messageHandlers.openbookApp.postMessage([String(name), String(detail)]);
          },
        };
        """
    }

    /// A page that ends the chat session and takes away what the chat kept; loaded with `host` as its address.
    public var farewell: String {
        """
        <!doctype html><script>
        var token = localStorage.getItem('ob_h.t');
        Object.keys(localStorage).forEach(function (name) {
          if (name.indexOf('ob_h.') === 0) localStorage.removeItem(name);
        });
        if (token) fetch('/v1/chat/' + \(inScript(writeKey)) + '/logout', {
          method: 'POST', headers: { Authorization: 'Bearer ' + token }, credentials: 'omit',
        }).catch(function () {});
        </script>
        """
    }

    /// A text of JavaScript, whatever is in it.
    private func inScript(_ text: String) -> String {
        Json.write(text)
            .replacingOccurrences(of: "<", with: "\\u003c")
            .replacingOccurrences(of: "\u{2028}", with: "\\u2028")
            .replacingOccurrences(of: "\u{2029}", with: "\\u2029")
    }
}
