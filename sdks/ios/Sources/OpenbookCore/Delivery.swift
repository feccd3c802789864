import Foundation

/// Hands the queue to the server: batches, one request at a time, and patience when it fails.
final class Delivery {
    static let path = "/v1/b"
    private static let context = "{\"context\":{"
    /// How messages begin that say more where the device's proof is with them: signed, or with a push token.
    private static let proved = ["\(context)\"token\"", "\(context)\"device\""]
    private static let gather: Int64 = 10_000
    private static let many = 20
    private static let mostMessages = 100
    private static let mostBytes = 400_000
    static let oldest: Int64 = 7 * 86_400_000
    /// Nothing waits for a year: the clock was years behind, and somebody has put it right.
    static let absurd: Int64 = 365 * 86_400_000

    private let folder: URL
    private let writeKey: String
    private let kept: Kept
    private let world: Surroundings
    private let withdrawal: Withdrawal
    private var log: MessageLog?
    private var patience: Patience
    private var isSending = false
    private var lastSent: Int64?
    /// Messages up to this one are sent without waiting for more.
    private var owed: Int64 = 0
    private var most = Delivery.mostMessages
    private var gathering: (() -> Void)?
    private var resting: (() -> Void)?

    init(folder: URL, writeKey: String, kept: Kept, world: Surroundings, withdrawal: Withdrawal) {
        self.folder = folder
        self.writeKey = writeKey
        self.kept = kept
        self.world = world
        self.withdrawal = withdrawal
        patience = Patience(chance: { [unowned world] in world.chance() })
    }

    var stored: Int { log?.count ?? 0 }

    /// Opened when it is needed: an empty log leaves nothing on the disk.
    private func opened() throws -> MessageLog {
        if let log { return log }
        let fresh = try MessageLog(folder: folder)
        log = fresh
        return fresh
    }

    func begin() {
        guard FileManager.default.fileExists(atPath: folder.path), let log = try? opened() else { return }
        owed = log.lastNumber
        prune(log)
        let silence = silence()
        if silence > 0 && stored > 0 { rest(silence + patience.fail()) } else { go() }
    }

    func add(_ text: String, time: Int64) throws {
        let log = try opened()
        try log.add(text, time: time)
        let isQuiet = lastSent.map { world.elapsed() - $0 >= Self.gather } ?? true
        if isQuiet || log.count - countThrough(owed) >= Self.many { owed = log.lastNumber }
        go()
    }

    func flush() {
        guard let log else { return }
        owed = log.lastNumber
        if silence() == 0 { stopResting() }
        go()
    }

    func resume() {
        patience.succeed()
        if silence() == 0 { stopResting() }
        go()
    }

    func clear() {
        stop()
        log?.clear()
        log = nil
        try? FileManager.default.removeItem(at: folder)
    }

    func stop() {
        gathering?()
        gathering = nil
        stopResting()
        log?.close()
    }

    private func stopResting() {
        resting?()
        resting = nil
    }

    private func go() {
        guard let log, let first = log.first, !isSending, resting == nil else { return }
        if first.number <= owed { return send(log) }
        if gathering != nil { return }
        gathering = world.after(Self.gather) { [weak self, weak log] in
            guard let self, let log else { return }
            self.gathering = nil
            self.owed = log.lastNumber
            self.go()
        }
    }

    private func send(_ log: MessageLog) {
        prune(log)
        let oldest = log.peek(most, bytes: Self.mostBytes)
        guard let end = oldest.last else { return }
        guard let batch = try? batch(log, oldest) else { return rest(patience.fail()) }
        guard let last = batch.last else {
            // Somebody else emptied the folder, or the disk is broken: what is gone is gone.
            log.remove(through: end.number)
            return go()
        }
        gathering?()
        gathering = nil
        isSending = true
        lastSent = world.elapsed()
        let texts = batch.map { $0.1 }
        let body = "{\"writeKey\":\(Json.write(writeKey)),\"sentAt\":\"\(iso(world.now()))\",\"batch\":["
            + texts.map(prove).joined(separator: ",") + "]}"
        world.send(Request(path: Self.path, body: body)) { [weak self, weak log] answer in
            guard let self else { return }
            self.isSending = false
            guard let log, self.log === log else {
                // A no has taken everything away meanwhile.
                if let answer, (200..<300).contains(answer.status) { self.withdrawal.learn(answer.body, texts) }
                return self.go()
            }
            self.judge(log, last: last.0.number, texts: texts, answer: answer)
        }
    }

    /// The messages that can be read; one that needs the proof is better sent after the answer that brings it.
    private func batch(_ log: MessageLog, _ oldest: [MessageLog.Entry]) throws -> [(MessageLog.Entry, String)] {
        var found: [(MessageLog.Entry, String)] = []
        for entry in oldest {
            guard let text = try log.read(entry) else { continue }
            if !found.isEmpty && kept.proof == nil && Self.proved.contains(where: text.hasPrefix) { break }
            found.append((entry, text))
        }
        return found
    }

    private func judge(_ log: MessageLog, last: Int64, texts: [String], answer: Answer?) {
        guard let answer, answer.status != 429, answer.status < 500 else { return retryLater(answer) }
        if answer.status == 413 && texts.count > 1 {
            most = (texts.count + 1) / 2
        } else {
            if (200..<300).contains(answer.status) { keepProof(answer.body, texts) }
            log.remove(through: last)
            if log.count == 0 && !kept.takenBack.isEmpty {
                kept.takenBack = []
                kept.save()
            }
            if log.first.map({ $0.number > owed }) ?? true { most = Self.mostMessages }
        }
        patience.succeed()
        go()
    }

    private func retryLater(_ answer: Answer?) {
        let asked = Patience.asked(answer?.retryAfter, now: world.now())
        if asked > 0 {
            kept.silentUntil = world.now() + asked
            kept.save()
        }
        rest(silence() + patience.fail())
    }

    private func rest(_ milliseconds: Int64) {
        resting = world.after(milliseconds) { [weak self] in
            self?.resting = nil
            self?.go()
        }
    }

    /// Milliseconds that the server still wants to rest. A clock that was set back must not silence us for long.
    private func silence() -> Int64 {
        let left = kept.silentUntil - world.now()
        return (1...Patience.day).contains(left) ? left : 0
    }

    private func prune(_ log: MessageLog) {
        while let first = log.first, (Self.oldest + 1..<Self.absurd).contains(world.now() - first.time) {
            log.remove(through: first.number)
        }
    }

    private func countThrough(_ number: Int64) -> Int {
        guard let first = log?.first else { return 0 }
        return Int(max(0, min(Int64(stored), number - first.number + 1)))
    }

    /// Put in when it is sent, since the proof may have come after the message was made.
    private func prove(_ message: String) -> String {
        guard let proof = kept.proof, let installation = kept.installation else { return message }
        guard Self.proved.contains(where: message.hasPrefix), message.contains(installation) else { return message }
        return "\(Self.context)\"proof\":\(Json.write(proof))," + message.dropFirst(Self.context.count)
    }

    /// A proof belongs to the installation that the messages were of; it may have been reset meanwhile.
    private func keepProof(_ body: String, _ texts: [String]) {
        guard let said = Json.read(body) as? [String: Any], let installation = kept.installation else { return }
        guard let proof = said["proof"] as? String ?? kept.proof ?? said["firstProof"] as? String else { return }
        if proof == kept.proof || !texts.allSatisfy({ $0.contains(installation) }) { return }
        kept.proof = proof
        kept.save()
    }
}
