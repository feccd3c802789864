import Foundation
import XCTest

@testable import OpenbookCore

/// The vectors that every SDK runs; beside the repository's root.
func vectors(_ name: String) throws -> [String: Any] {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
        folder.deleteLastPathComponent()
        let file = folder.appendingPathComponent("spec/sdk/\(name)")
        guard let data = try? Data(contentsOf: file) else { continue }
        return try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    throw CocoaError(.fileNoSuchFile)
}

func temporaryFolder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("openbook-\(UUID().uuidString)")
}

func facts(_ device: [String: Any]) -> Facts {
    let text = { (name: String) in device[name] as? String }
    return Facts(
        appName: text("CFBundleDisplayName") ?? text("CFBundleName"), appVersion: text("CFBundleShortVersionString"),
        machine: text("machine"), systemName: text("systemName"), systemVersion: text("systemVersion"),
        locale: text("locale"), timezone: text("timezone"))
}

let shop = Facts(
    appName: "Shop", appVersion: "1", machine: "iPhone14,3", systemName: "iOS", systemVersion: "17.5", locale: "en",
    timezone: "UTC")

/// A call as the vectors write it.
func call(_ engine: Engine, _ name: String, _ given: [Any]) {
    let text = given.first as? String ?? ""
    let values = given.count > 1 ? given[1] as? [String: Any] : nil
    switch name {
    case "screen": engine.screen(text, values)
    case "track": engine.track(text, values)
    case "identify":
        engine.identify(given.first as? String, values, token: given.count > 2 ? given[2] as? String : nil)
    case "setPushToken": engine.setPushToken(given.first as? String)
    case "consent": engine.consent(given.first as? Bool ?? false)
    case "foreground": engine.foreground()
    case "background": engine.background()
    case "online": engine.resume()
    case "reset": engine.reset()
    case "flush": engine.flush()
    default: XCTFail("The vectors know a call that this test does not: \(name)")
    }
}

/// A world in which time stands still unless it is moved, and requests wait for their answer.
final class Simulated: Surroundings {
    private final class Timer {
        let due: Int64
        let task: () -> Void

        init(_ due: Int64, _ task: @escaping () -> Void) {
            self.due = due
            self.task = task
        }
    }

    var wall: Int64 = 1_790_000_000_000
    private var passed: Int64 = 0
    private var timers: [Timer] = []
    var sent: [(request: Request, answered: (Answer?) -> Void)] = []
    var hasNetwork = true

    func now() -> Int64 { wall }

    func elapsed() -> Int64 { passed }

    func chance() -> Double { 0 }

    func after(_ milliseconds: Int64, _ task: @escaping () -> Void) -> () -> Void {
        let timer = Timer(passed + milliseconds, task)
        timers.append(timer)
        return { [weak self] in self?.timers.removeAll { $0 === timer } }
    }

    func send(_ request: Request, answered: @escaping (Answer?) -> Void) {
        // Never within the call itself: a real network does not either.
        if hasNetwork { sent.append((request, answered)) } else { _ = after(0) { answered(nil) } }
    }

    func advance(_ milliseconds: Int64) {
        let end = passed + milliseconds
        while let next = timers.filter({ $0.due <= end }).min(by: { $0.due < $1.due }) {
            timers.removeAll { $0 === next }
            move(next.due)
            next.task()
        }
        move(end)
    }

    /// The process is gone, and with it all that it waited for.
    func kill() {
        timers = []
        sent = []
    }

    private func move(_ to: Int64) {
        wall += to - passed
        passed = to
    }
}
