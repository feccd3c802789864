import XCTest

@testable import OpenbookCore

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Against the server as it is: what leaves the engine is in the contact. `scripts/test-ios.sh` starts one.
final class RealServerTests: XCTestCase {
    private func told(_ name: String) throws -> String {
        let value = ProcessInfo.processInfo.environment[name] ?? ""
        if value.isEmpty { throw XCTSkip("\(name) names no server to test against.") }
        return value
    }

    private final class App {
        let world: World
        let engine: Engine

        init(_ url: String, _ writeKey: String, _ facts: Facts, _ consent: Consent? = .assumed) {
            world = World(host: url)
            engine = Engine(folder: temporaryFolder(), writeKey: writeKey, consent: consent, world: world) { facts }
        }

        func act(_ task: @escaping (Engine) -> Void) {
            let done = DispatchSemaphore(value: 0)
            world.run { [engine] in
                task(engine)
                done.signal()
            }
            XCTAssertEqual(done.wait(timeout: .now() + 30), .success)
        }
    }

    /// The contact that was last on this screen, as soon as there is one.
    private func contact(on screen: String) throws -> [String: Any] {
        let deadline = Date().addingTimeInterval(30)
        while Date() < deadline {
            let found = try api("/api/contacts?limit=50")["items"] as? [[String: Any]] ?? []
            for one in found {
                let contact = try api("/api/contacts/\(one["id"] as? String ?? "")")
                if contact["last_screen"] as? String == screen { return contact }
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        XCTFail("There is no contact on the screen \(screen).")
        return [:]
    }

    private func api(_ path: String) throws -> [String: Any] {
        var request = URLRequest(url: try XCTUnwrap(URL(string: try told("OPENBOOK_URL") + path)))
        request.setValue("Bearer \(try told("OPENBOOK_TOKEN"))", forHTTPHeaderField: "Authorization")
        let done = expectation(description: path)
        let answer = Box()
        URLSession.shared.dataTask(with: request) { data, _, _ in
            answer.text = String(decoding: data ?? Data(), as: UTF8.self)
            done.fulfill()
        }.resume()
        wait(for: [done], timeout: 30)
        return Json.read(answer.text) as? [String: Any] ?? [:]
    }

    func testTheFieldsOfIOSAreFilled() throws {
        let facts = Facts(
            appName: "Café ☕", appVersion: "12.3", machine: "iPhone15,4", systemName: "iOS", systemVersion: "18.1",
            locale: "pt-BR", timezone: "America/Sao_Paulo")
        let app = App(try told("OPENBOOK_URL"), try told("OPENBOOK_WRITE_KEY"), facts, nil)
        app.act { engine in
            engine.foreground()
            engine.screen("Far screen", ["step": 1])
        }
        let contact = try contact(on: "Far screen")
        let wanted: [String: Any] = [
            "ios_app_name": "Café ☕", "ios_app_version": "12.3", "ios_device": "iPhone 15", "ios_os_version": "18.1",
            "ios_sessions": 1, "browser_language": "pt-BR", "timezone": "America/Sao_Paulo", "kind": "visitor",
        ]
        for (name, value) in wanted { XCTAssertEqual(contact[name] as? NSObject, value as? NSObject, name) }
        XCTAssertTrue(contact["browser_name"] is NSNull)
        app.act { XCTAssertNotNil($0.proof) }
    }

    func testABacklogOfThreeHundredGoesInAFewRequests() throws {
        let app = App(try told("OPENBOOK_URL"), try told("OPENBOOK_WRITE_KEY"), shop)
        app.act { engine in
            for number in 0..<300 { engine.screen("Backlog \(number)", ["note": String(repeating: "é", count: 400)]) }
            // Of two in one millisecond neither is the later one.
            Thread.sleep(forTimeInterval: 0.01)
            engine.screen("Backlog's end")
            engine.flush()
        }
        XCTAssertEqual(try contact(on: "Backlog's end")["ios_device"] as? String, "iPhone 13 Pro Max")
        var left = 1
        let deadline = Date().addingTimeInterval(30)
        while left > 0 && Date() < deadline {
            app.act { left = $0.stored }
            Thread.sleep(forTimeInterval: 0.05)
        }
        XCTAssertEqual(left, 0)
    }

    func testANoEndsThePushTokenAndIsNoSignOfLife() throws {
        let app = App(try told("OPENBOOK_URL"), try told("OPENBOOK_WRITE_KEY"), shop)
        app.act { $0.screen("No's") }
        _ = try contact(on: "No's")
        app.act { engine in
            engine.setPushToken("apns:no")
            engine.flush()
        }
        XCTAssertTrue(try holds("apns:no", on: "No's"))
        let before = try contact(on: "No's")
        // Times are told in whole seconds.
        Thread.sleep(forTimeInterval: 1.1)
        app.act { $0.consent(false) }
        XCTAssertTrue(try holds(nil, on: "No's"))
        let after = try contact(on: "No's")
        for name in ["last_seen_at", "ios_last_seen_at", "ios_sessions"] {
            XCTAssertEqual(before[name] as? NSNumber, after[name] as? NSNumber, name)
        }
    }

    /// Whether this becomes the push token of the one device.
    private func holds(_ token: String?, on screen: String) throws -> Bool {
        let deadline = Date().addingTimeInterval(60)
        while Date() < deadline {
            let device = (try contact(on: screen)["devices"] as? [[String: Any]])?.first
            if (device?["push"] as? [String: Any])?["token"] as? String == token { return true }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return false
    }

    func testAClaimIsAClaimAndTheNextPersonIsAnotherContact() throws {
        let app = App(try told("OPENBOOK_URL"), try told("OPENBOOK_WRITE_KEY"), shop)
        app.act { engine in
            engine.identify("user-1", ["email": "ada@example.com"])
            engine.screen("Ada's")
            engine.flush()
        }
        let ada = try contact(on: "Ada's")
        app.act { engine in
            engine.reset()
            engine.screen("Bob's")
            engine.flush()
        }
        let bob = try contact(on: "Bob's")
        XCTAssertEqual(ada["email"] as? String, "ada@example.com")
        XCTAssertTrue(bob["email"] is NSNull)
        XCTAssertNotEqual(ada["id"] as? String, bob["id"] as? String)
    }
}

private final class Box: @unchecked Sendable {
    var text = ""
}
