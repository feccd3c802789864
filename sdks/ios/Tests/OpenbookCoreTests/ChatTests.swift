import XCTest

@testable import OpenbookCore

/// What the chat in an app may show, and who it is for.
final class ChatTests: XCTestCase {
    private let page = ChatPage(host: "https://chat.example.com", writeKey: "KEY")

    func testOnlyTheChatsOwnPageIsShownInTheApp() throws {
        for ours in ["https://chat.example.com/chat/KEY", "https://chat.example.com/chat/KEY?lang=it#c=1"] {
            XCTAssertTrue(page.isOurs(try XCTUnwrap(URL(string: ours))), ours)
        }
        for other in [
            "http://chat.example.com/chat/KEY", "https://chat.example.com:444/chat/KEY", "https://evil.example/chat/KEY",
            "https://chat.example.com@evil.example/chat/KEY", "https://a@chat.example.com/chat/KEY",
            "https://chat.example.com/what-we-collect", "javascript:alert(1)", "about:blank",
        ] {
            XCTAssertFalse(page.isOurs(try XCTUnwrap(URL(string: other))), other)
        }
    }

    func testALinkOpensInTheBrowserOnlyWhereItIsOne() throws {
        for link in ["https://a.example/", "HTTP://a.example", "mailto:a@b.example", "tel:+123"] {
            XCTAssertTrue(page.isForBrowser(try XCTUnwrap(URL(string: link))), link)
        }
        for other in ["javascript:alert(1)", "file:///etc/passwd", "shop-app://pay", "data:text/html,x", "blob:https://a"] {
            XCTAssertFalse(page.isForBrowser(try XCTUnwrap(URL(string: other))), other)
        }
    }

    func testWhatIsHandedOverStaysAText() {
        let pass = ChatPass(installation: "</script>\"\u{2028}", proof: nil, token: "a.b.c")
        let script = page.handover(pass)
        XCTAssertFalse(script.contains("</script>"))
        XCTAssertFalse(script.contains("\u{2028}"))
        XCTAssertTrue(script.contains("a.b.c"))
    }

    func testTheChatIsOfTheInstallationAndTheNextPersonHasAnother() throws {
        let world = Simulated()
        let engine = Engine(folder: temporaryFolder(), writeKey: "KEY", consent: .assumed, world: world) { shop }
        engine.identify("u-1", nil, token: "a.b.c")
        var passes: [ChatPass] = []
        engine.chat { passes.append($0) }
        XCTAssertTrue(passes.isEmpty, "it waits for the proof")
        world.sent.removeFirst().answered(Answer(status: 200, retryAfter: nil, body: "{\"proof\":\"p\"}"))
        world.advance(100)
        XCTAssertEqual(passes.first?.installation, engine.installation)
        XCTAssertEqual(passes.first?.proof, "p")
        XCTAssertEqual(passes.first?.token, "a.b.c")
        XCTAssertTrue(engine.hasChat)
        var unread: [Int] = []
        engine.unread { unread.append($0) }
        let sent = world.sent.removeFirst()
        XCTAssertEqual(sent.request.path, "/v1/chat/KEY/waiting")
        sent.answered(Answer(status: 200, retryAfter: nil, body: "{\"conversations\":[],\"unread\":3}"))
        XCTAssertEqual(unread, [3])
        engine.reset()
        XCTAssertFalse(engine.hasChat)
        engine.chat { passes.append($0) }
        world.advance(2_000)
        XCTAssertNotEqual(passes.last?.installation, passes.first?.installation)
        XCTAssertNil(passes.last?.token)
        XCTAssertNil(passes.last?.proof)
    }

    func testWithoutConsentTheChatIsAStrangersAndNothingIsStored() throws {
        let folder = temporaryFolder()
        let engine = Engine(folder: folder, writeKey: "KEY", consent: .required, world: Simulated()) { shop }
        var pass: ChatPass?
        engine.chat { pass = $0 }
        XCTAssertEqual(pass?.json, "{}")
        XCTAssertFalse(FileManager.default.fileExists(atPath: folder.appendingPathComponent("state.json").path))
    }
}
