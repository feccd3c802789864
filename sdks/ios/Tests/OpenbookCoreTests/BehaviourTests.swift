import XCTest

@testable import OpenbookCore

/// The scenarios of `spec/sdk/behaviour.json`, step by step.
final class BehaviourTests: XCTestCase {
    func testEveryScenarioGoesAsTheVectorsSay() throws {
        let scenarios = try XCTUnwrap(vectors("behaviour.json")["scenarios"] as? [[String: Any]])
        XCTAssertGreaterThan(scenarios.count, 20)
        for one in scenarios { try Scenario(one).run() }
    }
}

private final class Scenario {
    private let name: String
    private let steps: [[String: Any]]
    private let consent: Consent?
    private let folder = temporaryFolder()
    private let world = Simulated()
    private var engine: Engine
    private var before: String?
    private var place = ""

    init(_ scenario: [String: Any]) throws {
        name = scenario["name"] as? String ?? ""
        steps = scenario["steps"] as? [[String: Any]] ?? []
        consent = ((scenario["options"] as? [String: Any])?["consent"] as? String).flatMap(Consent.init)
        engine = Engine(folder: folder, writeKey: "KEY", consent: consent, world: world) { shop }
        engine.start()
    }

    func run() throws {
        for (at, step) in steps.enumerated() {
            place = "\(name), step \(at + 1): \(step)"
            try take(step)
        }
    }

    private func take(_ step: [String: Any]) throws {
        if let name = step["call"] as? String {
            if ["reset", "consent"].contains(name) { before = engine.installation }
            call(engine, name, step["arguments"] as? [Any] ?? [])
        } else if let name = step["app"] as? String {
            call(engine, name, [])
        } else if let seconds = step["advance"] as? Double {
            world.advance(Int64(seconds * 1000))
        } else if let seconds = step["clock"] as? Double {
            world.wall += Int64(seconds * 1000)
        } else if let isThere = step["network"] as? Bool {
            world.hasNetwork = isThere
        } else if let wanted = step["request"] as? [String: Any] {
            try answer(wanted, step["answer"] as? [String: Any])
        } else if step["quiet"] != nil {
            XCTAssertTrue(world.sent.isEmpty, place)
        } else if step["kill"] != nil {
            before = engine.installation
            world.kill()
            engine = Engine(folder: folder, writeKey: "KEY", consent: consent, world: world) { shop }
            engine.start()
            world.advance(0)
        } else if let many = step["stored"] as? Int {
            XCTAssertEqual(engine.stored, many, place)
        } else if step["nothing"] != nil {
            let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
            XCTAssertTrue(found.isEmpty, "\(place): \(found)")
        } else if let wanted = step["state"] as? [String: Any] {
            state(wanted)
        } else {
            XCTFail("a step that this test does not know: \(place)")
        }
    }

    private func answer(_ wanted: [String: Any], _ answer: [String: Any]?) throws {
        guard !world.sent.isEmpty else { return XCTFail("no request is on its way: \(place)") }
        let sent = world.sent.removeFirst()
        XCTAssertEqual(sent.request.path, wanted["path"] as? String, place)
        if sent.request.path == Delivery.path {
            let body = try XCTUnwrap(Json.read(XCTUnwrap(sent.request.body)) as? [String: Any])
            XCTAssertEqual(body["writeKey"] as? String, "KEY")
            let batch = try XCTUnwrap(body["batch"] as? [[String: Any]])
            let events = batch.map { message in
                [message["type"], message["event"] ?? message["name"]].compactMap { $0 as? String }.joined(separator: " ")
            }
            XCTAssertEqual(events, wanted["events"] as? [String], place)
            XCTAssertEqual((batch.last?["context"] as? [String: Any])?["proof"] as? String, wanted["proof"] as? String, place)
            if let message = wanted["message"] { XCTAssertEqual(Json.write(filled(message)), Json.write(batch.last ?? [:]), place) }
        }
        guard let answer else { return sent.answered(nil) }
        let headers = answer["headers"] as? [String: String]
        let body = answer["body"].map { Json.write($0) } ?? ""
        sent.answered(Answer(status: answer["status"] as? Int ?? 0, retryAfter: headers?["Retry-After"], body: body))
    }

    private func filled(_ wanted: Any) -> Any {
        if let map = wanted as? [String: Any] { return map.mapValues(filled) }
        switch wanted as? String {
        case "$installation": return before ?? ""
        case "$now": return iso(world.now())
        case "$platform": return "ios"
        default: return wanted
        }
    }

    private func state(_ wanted: [String: Any]) {
        if let userId = wanted["userId"] { XCTAssertEqual(engine.userId, userId as? String, place) }
        if let consent = wanted["consent"] as? String { XCTAssertEqual(engine.answer, consent == "granted", place) }
        if let isSame = wanted["sameInstallation"] as? Bool { XCTAssertEqual(engine.installation == before, isSame, place) }
    }
}
