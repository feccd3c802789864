import Foundation

/// An installation whose push token the server may have, and what proves that it was the one.
struct Leaving {
    let installation: String
    var proof: String?
    let time: Int64
}

/// After a no, has the push tokens ended that were handed over. The request says this alone: of which installation,
/// since when, and its proof. What cannot be told is kept for a week, and told once.
final class Withdrawal {
    private let writeKey: String
    private let kept: Kept
    private let world: Surroundings
    private var patience: Patience
    private var isSending = false
    private var resting: (() -> Void)?
    /// Until when the server asked for silence, by the clock that only goes on.
    private var silentUntil: Int64 = 0

    init(writeKey: String, kept: Kept, world: Surroundings) {
        self.writeKey = writeKey
        self.kept = kept
        self.world = world
        patience = Patience(chance: { [unowned world] in world.chance() })
    }

    func go() {
        if isSending || resting != nil { return }
        let many = kept.leaving.count
        kept.leaving.removeAll { (Delivery.oldest + 1..<Delivery.absurd).contains(world.now() - $0.time) }
        if kept.leaving.count < many { kept.save() }
        guard let one = kept.leaving.first(where: { $0.proof != nil }) else { return }
        isSending = true
        world.send(Request(path: Delivery.path, body: text(one))) { [weak self] answer in
            guard let self else { return }
            self.isSending = false
            guard let answer, answer.status != 429, answer.status < 500 else {
                return self.rest(Patience.asked(answer?.retryAfter, now: self.world.now()))
            }
            self.patience.succeed()
            self.kept.leaving.removeAll { $0.installation == one.installation }
            self.kept.save()
            self.go()
        }
    }

    /// The network is back; what the server asked for still counts.
    func resume() {
        patience.succeed()
        if world.elapsed() >= silentUntil { stop() }
        go()
    }

    func stop() {
        resting?()
        resting = nil
    }

    /// The no came while these first messages were on their way: now their answer has brought the proof.
    func learn(_ answer: String, _ texts: [String]) {
        guard let said = Json.read(answer) as? [String: Any] else { return }
        guard let proof = (said["proof"] ?? said["firstProof"]) as? String else { return }
        for at in kept.leaving.indices where kept.leaving[at].proof == nil {
            let installation = kept.leaving[at].installation
            if texts.allSatisfy({ $0.contains(installation) }) { kept.leaving[at].proof = proof }
        }
        kept.save()
        go()
    }

    private func rest(_ asked: Int64) {
        silentUntil = world.elapsed() + asked
        resting = world.after(asked + patience.fail()) { [weak self] in
            self?.resting = nil
            self?.go()
        }
    }

    private func text(_ one: Leaving) -> String {
        let message: [String: Any] = [
            "type": "withdraw",
            "anonymousId": one.installation,
            "timestamp": iso(one.time),
            "context": ["proof": one.proof ?? "", "device": ["type": "ios"]] as [String: Any],
        ]
        return Json.write(["writeKey": writeKey, "sentAt": iso(world.now()), "batch": [message]] as [String: Any])
    }
}
