import XCTest

@testable import OpenbookCore

final class MessageLogTests: XCTestCase {
    private func texts(_ log: MessageLog) throws -> [String] { try log.peek(100_000, bytes: .max).compactMap(log.read) }

    func testWhatWasAddedIsThereAfterTheProcessHasGone() throws {
        let folder = temporaryFolder()
        let log = try MessageLog(folder: folder)
        for number in 0..<500 { try log.add("message \(number) é€😀", time: Int64(number)) }
        log.remove(through: log.peek(100, bytes: .max).last!.number)
        let again = try MessageLog(folder: folder)
        XCTAssertEqual(try texts(again), (100..<500).map { "message \($0) é€😀" })
        XCTAssertEqual(again.first?.time, 100)
        try again.add("next", time: 0)
        XCTAssertEqual(again.lastNumber, 501)
    }

    /// Wherever the writing of a file is cut, each message is there whole or not at all.
    func testAProcessThatDiesAtAnyByteLosesNothingThatWasWritten() throws {
        let whole = temporaryFolder()
        let log = try MessageLog(folder: whole)
        let file = whole.appendingPathComponent("1.log")
        var ends: [Int] = []
        for number in 0..<5 {
            try log.add("message \(number)", time: 1)
            ends.append(try Data(contentsOf: file).count)
        }
        let bytes = try Data(contentsOf: file)
        for cut in 0...bytes.count {
            let torn = temporaryFolder()
            try FileManager.default.createDirectory(at: torn, withIntermediateDirectories: true)
            try bytes.prefix(cut).write(to: torn.appendingPathComponent("1.log"))
            let found = try MessageLog(folder: torn)
            XCTAssertEqual(try texts(found), (0..<ends.filter { $0 <= cut }.count).map { "message \($0)" }, "cut at \(cut)")
            try found.add("after", time: 1)
            XCTAssertEqual(try texts(MessageLog(folder: torn)).last, "after")
        }
    }

    func testAByteThatWasTurnedOverCostsTheRestOfItsSegmentAndNothingElse() throws {
        let folder = temporaryFolder()
        let log = try MessageLog(folder: folder)
        for number in 0..<1_000 { try log.add(String(repeating: "x", count: 500) + "\(number)", time: 1) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".log") }
        let second = folder.appendingPathComponent("\(names.compactMap { Int($0.dropLast(4)) }.sorted()[1]).log")
        var bytes = try Data(contentsOf: second)
        bytes[100] &+= 1
        try bytes.write(to: second)
        let found = try texts(MessageLog(folder: folder))
        XCTAssertTrue((800...950).contains(found.count), "\(found.count)")
        XCTAssertTrue(found.last?.hasSuffix("999") == true)
    }

    func testAnyMixtureOfAddingRemovingAndDyingIsAQueue() throws {
        for seed in 0..<3 {
            var random = Steady(state: UInt64(seed) + 1)
            let folder = temporaryFolder()
            var log = try MessageLog(folder: folder, mostMessages: 60)
            var wanted: [String] = []
            for step in 0..<300 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0...6:
                    let text = String(repeating: "\(step) ", count: Int.random(in: 1...2_000, using: &random))
                    try log.add(text, time: 1)
                    wanted = Array((wanted + [text]).suffix(60))
                case 7...8 where !wanted.isEmpty:
                    let many = Int.random(in: 1...wanted.count, using: &random)
                    log.remove(through: log.peek(many, bytes: .max).last!.number)
                    wanted.removeFirst(many)
                default: log = try MessageLog(folder: folder, mostMessages: 60)
                }
                XCTAssertEqual(try texts(log), wanted, "seed \(seed), step \(step)")
            }
        }
    }

    func testTheOldestGoWhereThereAreTooManyOrTooMuch() throws {
        let log = try MessageLog(folder: temporaryFolder(), mostBytes: 100_000)
        for number in 0..<300 { try log.add(String(repeating: "y", count: 1_000), time: Int64(number)) }
        XCTAssertEqual(log.count, 100)
        XCTAssertEqual(log.letGo, 200)
    }
}

/// The same numbers each time.
private struct Steady: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed ^= mixed >> 33
        mixed = mixed &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 33)
    }
}
