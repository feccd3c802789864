import Foundation
import XCTest

@testable import OpenbookCore

#if canImport(Glibc)
import Glibc

/// A process that is killed at any moment loses nothing that it had on disk.
final class KillTests: XCTestCase {
    func testTwentyKillsLoseNoMessage() throws {
        let server = try Listener()
        let folder = temporaryFolder()
        var stored: Set<String> = []
        for life in 0..<20 {
            let child = try Child(folder, server.port, from: life * 100_000)
            stored.formUnion(child.say(5 + Int.random(in: 0..<60)))
            Thread.sleep(forTimeInterval: Double.random(in: 0..<0.04))
            stored.formUnion(child.kill())
        }
        let last = try Child(folder, server.port, from: 2_000_000)
        let deadline = Date().addingTimeInterval(30)
        while !stored.isSubset(of: try server.messages().keys) && Date() < deadline { Thread.sleep(forTimeInterval: 0.2) }
        _ = last.kill()
        let received = try server.messages()
        XCTAssertGreaterThan(stored.count, 300)
        XCTAssertEqual(stored.subtracting(received.keys).count, 0)
        XCTAssertEqual(Set(received.values.flatMap { $0.map(\.installation) }).count, 1, "one installation")
        XCTAssertTrue(
            received.values.allSatisfy { Set($0.map(\.id)).count == 1 }, "a message that is sent again keeps its id")
    }
}

/// The program that stores, in a process of its own.
private final class Child {
    private let process = Process()
    private let pipe = Pipe()
    private var text = Data()

    init(_ folder: URL, _ port: UInt16, from: Int) throws {
        // Beside the tests' own program, where the package's products are.
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("KilledInTests")
        process.arguments = [folder.path, "http://127.0.0.1:\(port)", "\(from)"]
        process.standardOutput = pipe
        try process.run()
    }

    /// Wait until it has said so many numbers.
    func say(_ many: Int) -> [String] {
        while process.isRunning && text.filter({ $0 == 10 }).count < many { text += pipe.fileHandleForReading.availableData }
        return events()
    }

    func kill() -> [String] {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        // What was written before the end came, and not read yet.
        text += pipe.fileHandleForReading.readDataToEndOfFile()
        return events()
    }

    private func events() -> [String] {
        let whole = text.prefix(through: text.lastIndex(of: 10) ?? text.startIndex)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map { "n\($0)" }
    }
}

/// Takes in what is sent, and now and then lets the answer be lost after that.
private final class Listener: @unchecked Sendable {
    struct Seen {
        let id: String
        let installation: String
    }

    let port: UInt16
    private let lock = NSLock()
    private var bodies: [Data] = []
    private var known: [String: [Seen]] = [:]

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, size) == 0 && listen(socket, 64) == 0 && getsockname(socket, generic, &size) == 0
            }
        }
        if !isBound { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(socket, nil, nil)
                if connection >= 0 { Thread.detachNewThread { self.answer(connection) } }
            }
        }
    }

    /// One request a connection; a body that did not come whole was never there.
    private func answer(_ connection: Int32) {
        defer { close(connection) }
        var got = Data()
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(connection, &part, part.count)
            if count <= 0 { return }
            got += part[0..<count]
            guard let end = got.range(of: Data("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: got[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.components(separatedBy: "content-length: ").last?.prefix { $0.isNumber }
            guard let wanted = length.flatMap({ Int($0) }), got.count - end.upperBound >= wanted else { continue }
            lock.lock()
            bodies.append(got[end.upperBound...])
            lock.unlock()
            if Int.random(in: 0..<5) == 0 { return }
            let text = "{\"success\":true}"
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(text.count)\r\nConnection: close\r\n\r\n\(text)"
            _ = answer.withCString { write(connection, $0, strlen($0)) }
            return
        }
    }

    /// All that has arrived, by the name of its event.
    func messages() throws -> [String: [Seen]] {
        lock.lock()
        let fresh = bodies
        bodies = []
        lock.unlock()
        for body in fresh {
            let text = body.first == 0x1f ? try unpacked(body) : Data(body)
            let envelope = Json.read(String(decoding: text, as: UTF8.self)) as? [String: Any]
            for message in envelope?["batch"] as? [[String: Any]] ?? [] {
                guard let event = message["event"] as? String, let id = message["messageId"] as? String else { continue }
                known[event, default: []].append(Seen(id: id, installation: message["anonymousId"] as? String ?? ""))
            }
        }
        return known
    }

    private func unpacked(_ body: Data) throws -> Data {
        let file = temporaryFolder()
        try body.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        gzip.arguments = ["-dc"]
        gzip.standardInput = try FileHandle(forReadingFrom: file)
        let out = Pipe()
        gzip.standardOutput = out
        try gzip.run()
        return out.fileHandleForReading.readDataToEndOfFile()
    }
}
#endif
