import Foundation
import OpenbookCore

// Stores message after message, and says of each that it is stored: FOLDER HOST FROM.
let given = CommandLine.arguments
let world = World(host: given[2])
let engine = Engine(
    folder: URL(fileURLWithPath: given[1]), writeKey: "KEY", consent: .assumed, world: world,
    facts: { Facts(
        appName: "Shop", appVersion: "1", machine: "iPhone14,3", systemName: "iOS", systemVersion: "17.5",
        locale: "en", timezone: "UTC") })
var number = Int(given[3]) ?? 0

func next() {
    engine.track("n\(number)")
    FileHandle.standardOutput.write(Data("\(number)\n".utf8))
    number += 1
    if number % 7 == 0 { engine.flush() }
    _ = world.after(2, next)
}

world.run {
    engine.start()
    next()
}
Thread.sleep(forTimeInterval: 60)
