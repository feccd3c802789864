import XCTest

@testable import OpenbookCore

/// Each call of `spec/sdk/wire.json` makes exactly the message that stands there.
final class WireTests: XCTestCase {
    func testEveryCallMakesTheMessageOfTheVectors() throws {
        let cases = try XCTUnwrap(vectors("wire.json")["cases"] as? [[String: Any]]).filter { $0["platform"] as? String == "ios" }
        XCTAssertGreaterThan(cases.count, 10)
        for one in cases { try check(one, try XCTUnwrap(one["name"] as? String)) }
    }

    private func check(_ one: [String: Any], _ name: String) throws {
        let world = Simulated()
        let device = try XCTUnwrap(one["device"] as? [String: Any])
        let engine = Engine(folder: temporaryFolder(), writeKey: "KEY", consent: .assumed, world: world) { facts(device) }
        for before in one["before"] as? [[Any]] ?? [] { call(engine, before[0] as? String ?? "", Array(before.dropFirst())) }
        engine.flush()
        world.sent.forEach { $0.answered(Answer(status: 200, retryAfter: nil, body: "{\"success\":true}")) }
        world.advance(60_000)
        world.sent = []
        call(engine, one["call"] as? String ?? "", one["arguments"] as? [Any] ?? [])
        let body = try XCTUnwrap(Json.read(XCTUnwrap(world.sent.last?.request.body)) as? [String: Any])
        var message = try XCTUnwrap((body["batch"] as? [[String: Any]])?.last)
        XCTAssertEqual(message["timestamp"] as? String, iso(world.now()), name)
        XCTAssertEqual(message["anonymousId"] as? String, engine.installation, name)
        XCTAssertTrue((20...36).contains((message["messageId"] as? String)?.count ?? 0), name)
        message.merge(["messageId": "$id", "anonymousId": "$installation", "timestamp": "$now"]) { _, new in new }
        let wanted = try XCTUnwrap(one["message"] as? [String: Any])
        XCTAssertEqual(message as NSDictionary, wanted as NSDictionary, name)
    }
}
