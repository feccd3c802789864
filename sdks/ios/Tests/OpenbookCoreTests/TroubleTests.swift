import Foundation
import XCTest

@testable import OpenbookCore

/// Full disks, broken files, servers that talk nonsense, little memory: an app notices none of it.
final class TroubleTests: XCTestCase {
    private let folder = temporaryFolder()
    private let world = Simulated()
    private var queue: URL { folder.appendingPathComponent("queue") }

    private func begin() -> Engine {
        let engine = Engine(folder: folder, writeKey: "KEY", consent: .assumed, world: world) { shop }
        engine.start()
        return engine
    }

    private func makeFolder(_ url: URL) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    @discardableResult
    private func answer(_ status: Int = 200, _ body: String = "", retryAfter: String? = nil) throws -> [String] {
        let sent = world.sent.removeFirst()
        sent.answered(Answer(status: status, retryAfter: retryAfter, body: body))
        let said = try XCTUnwrap(Json.read(XCTUnwrap(sent.request.body)) as? [String: Any])
        return try XCTUnwrap(said["batch"] as? [[String: Any]]).map { $0["event"] as? String ?? "" }
    }

    func testAFullDiskCostsTheMessageAndTheNextOneIsKept() throws {
        let log = try MessageLog(folder: queue)
        XCTAssertThrowsError(try Descriptor(URL(fileURLWithPath: "/dev/full"), O_WRONLY).write(Data([1])))
        try log.add("kept", time: 1)
        let engine = begin()
        XCTAssertEqual(engine.stored, 1)
    }

    func testADiskThatTakesNothingMoreDoesNotMakeItSendTheSameForEver() throws {
        let engine = begin()
        try makeFolder(queue.appendingPathComponent("removed.new"))
        try makeFolder(folder.appendingPathComponent("state.json.new"))
        engine.track("once")
        XCTAssertEqual(try answer(200, "{\"proof\":\"p\"}"), ["once"])
        world.advance(600_000)
        XCTAssertTrue(world.sent.isEmpty)
        engine.track("next")
        XCTAssertEqual(try answer(), ["next"])
        // Old ones that cannot be noted as dropped end as well.
        world.hasNetwork = false
        engine.track("old")
        world.wall += 8 * 86_400_000
        world.hasNetwork = true
        engine.track("new")
        engine.flush()
        world.advance(300_000)
        XCTAssertEqual(try answer(), ["new"])
    }

    func testFilesThatSomebodyTookAwayAreDoneWithout() throws {
        let engine = begin()
        world.hasNetwork = false
        for _ in 0..<3 { engine.track("gone") }
        try FileManager.default.removeItem(at: queue)
        world.advance(0)
        world.hasNetwork = true
        engine.resume()
        XCTAssertTrue(world.sent.isEmpty)
        XCTAssertEqual(engine.stored, 0)
        for number in 0..<200 { engine.track("later \(number)") }
        engine.flush()
        while !world.sent.isEmpty { try answer() }
        XCTAssertEqual(engine.stored, 0)
    }

    func testWhateverStandsInItsFilesItBeginsAndGoesOn() throws {
        let names = ["queue/1.log", "queue/2.log", "queue/99999999999999999999.log", "queue/removed", "state.json"]
        let odd = ["", "{", "[]", "{\"installation\":5,\"consent\":\"x\",\"silentUntil\":\"y\"}", "9223372036854775807", "-3"]
        for round in 0..<150 {
            try? FileManager.default.removeItem(at: folder)
            try makeFolder(folder)
            if round % 7 == 3 { try Data("no folder".utf8).write(to: queue) } else { try makeFolder(queue) }
            for name in names {
                let file = folder.appendingPathComponent(name)
                switch Int.random(in: 0..<4) {
                case 0: try? Data((0..<Int.random(in: 0..<300)).map { _ in UInt8.random(in: 0...255) }).write(to: file)
                case 1: try? Data(odd.randomElement()!.utf8).write(to: file)
                case 2: try? FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
                default: break
                }
            }
            world.kill()
            let engine = begin()
            engine.track("after \(round)")
            engine.flush()
            var sent: [String] = []
            while !world.sent.isEmpty { sent += try answer() }
            XCTAssertTrue(sent.contains("after \(round)"), "round \(round): \(sent)")
        }
    }

    func testWhateverAServerAnswersItGoesOn() throws {
        let engine = begin()
        let bodies = ["", "{", "[]", "null", "{\"proof\":5}", "{\"proof\":null,\"firstProof\":[]}", "\0\0", String(repeating: "[", count: 9_000)]
        for (at, body) in bodies.enumerated() {
            world.advance(10_000)
            engine.track("n\(at)")
            XCTAssertEqual(try answer([200, 204, 302, 404, 0][at % 5], body), ["n\(at)"])
        }
        XCTAssertNil(engine.proof)
        for asked in ["soon", "-5", "99999999999999999999", "9223372036854775807", "Thu, 99 Foo", ""] {
            world.advance(10_000)
            engine.track("again")
            try answer(503, retryAfter: asked)
            world.advance(Patience.day + 600_000)
            try answer()
            XCTAssertEqual(engine.stored, 0, asked)
        }
        let unsure = Engine(folder: temporaryFolder(), writeKey: "KEY", consent: nil, world: world) { shop }
        unsure.track("kept")
        for body in bodies + ["{\"consent\":5}"] {
            world.sent.removeFirst().answered(Answer(status: 200, retryAfter: nil, body: body))
            world.advance(300_000)
        }
        XCTAssertEqual(world.sent.removeFirst().request.path, "/o/KEY.json")
    }

    #if os(Linux)
    func testTenThousandMessagesWaitAndGoInLittleMemory() throws {
        let engine = begin()
        world.hasNetwork = false
        let note = String(repeating: "é", count: 150)
        for number in 0..<100 { engine.track("n\(number)", ["note": note]) }
        let before = try resident()
        for number in 100..<10_000 { engine.track("n\(number)", ["note": note]) }
        XCTAssertEqual(engine.stored, 10_000)
        world.advance(0)
        world.hasNetwork = true
        engine.resume()
        engine.flush()
        var sent: Set<String> = []
        while !world.sent.isEmpty { sent.formUnion(try answer()) }
        XCTAssertEqual(sent, Set((0..<10_000).map { "n\($0)" }))
        XCTAssertLessThan(try resident() - before, 16_000_000)
    }

    /// Bytes of this process that are in memory.
    private func resident() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return try XCTUnwrap(Int(pages)) * 4_096
    }
    #endif
}
