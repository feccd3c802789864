import Foundation

/// Whether anything may be stored and sent before the person answered.
public enum Consent: String {
    case assumed, required
}

/// Decides what becomes of each call: kept, held back or dropped. All of it in one line of work.
///
/// `consent` nil: the workspace is asked; until it has answered, calls wait in memory. `folder` is the SDK's own;
/// nothing is in it before something may be stored.
public final class Engine {
    private struct Call {
        let type: String
        var content: [String: Any] = [:]
        var userId: String?
        var token: String?
        /// The token of a push service; empty: there is none any more.
        var push: String?
        var time: Int64 = 0
    }

    private enum Standing { case allowed, refused, unknown }

    private static let largest = 32_000
    private static let mostWaiting = 100
    private static let proofSteps = 20
    private static let proofStep: Int64 = 100

    private let writeKey: String
    private let consent: Consent?
    private let facts: () -> Facts
    private let world: Surroundings
    private let kept: Kept
    private let withdrawal: Withdrawal
    private let delivery: Delivery
    private var patience: Patience
    /// Calls that wait for the workspace's answer; in the memory of this process only.
    private var waiting: [Call] = []
    private var isAsking = false
    /// The last identify that consent held back.
    private var heldBack: Call?
    private var isRequired = false
    /// What the application's backend signed last, for the chat; in the memory of this process only.
    private var token: String?

    /// Messages that were too large, or that the disk did not take.
    public private(set) var dropped = 0

    public var stored: Int { delivery.stored }
    public var userId: String? { kept.userId }
    public var installation: String? { kept.installation }
    public var answer: Bool? { kept.consent }
    public var proof: String? { kept.proof }
    /// Whether the chat of this installation was opened.
    public var hasChat: Bool { kept.hasChat }

    public init(folder: URL, writeKey: String, consent: Consent?, world: Surroundings, facts: @escaping () -> Facts) {
        self.writeKey = writeKey
        self.consent = consent
        self.facts = facts
        self.world = world
        kept = Kept(file: folder.appendingPathComponent("state.json"))
        withdrawal = Withdrawal(writeKey: writeKey, kept: kept, world: world)
        delivery = Delivery(
            folder: folder.appendingPathComponent("queue"), writeKey: writeKey, kept: kept, world: world,
            withdrawal: withdrawal)
        patience = Patience(chance: { [unowned world] in world.chance() })
    }

    /// Send what a former process left behind.
    public func start() {
        withdrawal.go()
        if standing == .allowed { delivery.begin() }
    }

    public func screen(_ name: String, _ properties: [String: Any]? = nil) {
        take(Call(type: "screen", content: with(["name": name], "properties", properties)))
    }

    public func track(_ event: String, _ properties: [String: Any]? = nil) {
        take(Call(type: "track", content: with(["event": event], "properties", properties)))
    }

    public func identify(_ userId: String?, _ traits: [String: Any]? = nil, token: String? = nil) {
        take(Call(type: "identify", content: with([:], "traits", traits), userId: userId, token: token))
    }

    /// Nil or empty: this installation is to be told nothing any more.
    public func setPushToken(_ token: String?) {
        let push = token ?? ""
        if push.isEmpty && !kept.hasPush { return }
        take(Call(type: "track", content: ["event": push.isEmpty ? "Push Token Removed" : "Push Token Registered"], push: push))
    }

    public func foreground() { track("Application Opened") }

    public func background() {
        track("Application Backgrounded")
        flush()
    }

    /// The person's answer. A no takes away all that is here, and ends a push token that was handed over.
    public func consent(_ isGiven: Bool) {
        waiting = []
        if !isGiven {
            heldBack = nil
            token = nil
            delivery.clear()
            kept.forget(now: world.now())
        }
        kept.consent = isGiven
        kept.save()
        withdrawal.go()
        guard isGiven, let identify = heldBack else { return }
        heldBack = nil
        take(identify)
    }

    /// The next person on this device. What is queued keeps the id that it happened under.
    public func reset() {
        waiting = []
        heldBack = nil
        token = nil
        if standing != .allowed { return }
        setPushToken(nil)
        kept.begin()
        kept.save()
        delivery.flush()
    }

    public func flush() {
        if standing == .allowed { delivery.flush() }
    }

    /// The network is back; what the server asked for still counts.
    public func resume() {
        withdrawal.resume()
        if standing == .allowed { delivery.resume() }
    }

    public func stop() {
        withdrawal.stop()
        delivery.stop()
    }

    /// What the chat's page shows the server. A first message that is on its way is waited for, two seconds at most.
    public func chat(answered: @escaping (ChatPass) -> Void) {
        if standing != .allowed { return answered(ChatPass(installation: nil, proof: nil, token: nil)) }
        _ = kept.installationOrNew()
        kept.hasChat = true
        kept.save()
        delivery.flush()
        passWhenProved(Self.proofSteps, answered)
    }

    private func passWhenProved(_ steps: Int, _ answered: @escaping (ChatPass) -> Void) {
        if kept.proof != nil || steps == 0 {
            return answered(ChatPass(installation: kept.installation, proof: kept.proof, token: token))
        }
        _ = world.after(Self.proofStep) { [weak self] in self?.passWhenProved(steps - 1, answered) }
    }

    /// How many messages of the team wait for this installation; silent where that cannot be known now.
    public func unread(answered: @escaping (Int) -> Void) {
        guard standing == .allowed, let installation = kept.installation, let proof = kept.proof else { return }
        let shown = Json.write(["anonymous_id": installation, "proof": proof])
        world.send(Request(path: "/v1/chat/\(writeKey)/waiting", body: shown)) { [weak self] answer in
            guard let answer, answer.status == 200, self?.kept.installation == installation else { return }
            let said = Json.read(answer.body) as? [String: Any]
            if let many = (said?["unread"] as? NSNumber)?.intValue { answered(many) }
        }
    }

    private func take(_ given: Call) {
        var call = given
        if call.time == 0 { call.time = world.now() }
        switch standing {
        case .allowed: keep(call)
        case .refused: if call.type == "identify" && kept.consent == nil { heldBack = call }
        case .unknown:
            if waiting.count < Self.mostWaiting { waiting.append(call) } else { dropped += 1 }
            ask()
        }
    }

    private func keep(_ call: Call) {
        let before = (kept.installation, kept.userId, kept.hasPush)
        let installation = kept.installationOrNew()
        if call.token != nil || (call.userId != nil && call.userId != kept.userId) { token = call.token }
        if let userId = call.userId { kept.userId = userId }
        if let push = call.push {
            kept.hasPush = !push.isEmpty
            if push.isEmpty { kept.takenBack.append(Leaving(installation: installation, proof: kept.proof, time: call.time)) }
        }
        // Known before the first message is, or a process that dies between them would be two people.
        if before != (installation, kept.userId, kept.hasPush) { kept.save() }
        let text = message(call, installation)
        if text.utf8.count > Self.largest {
            dropped += 1
            return
        }
        do { try delivery.add(text, time: call.time) } catch { dropped += 1 }
    }

    private func message(_ call: Call, _ installation: String) -> String {
        var known = facts().context()
        // These come first, so that the text tells by its beginning that the proof belongs to it.
        var first = call.token.map { ["\"token\":\(Json.write($0))"] } ?? []
        if let push = call.push {
            let device = (known.removeValue(forKey: "device") as? [String: String] ?? [:]).merging(["token": push]) { $1 }
            first += kept.proof.map { ["\"proof\":\(Json.write($0))"] } ?? []
            first.append("\"device\":\(Json.write(device))")
        }
        let context = "{" + (first + [String(Json.write(known).dropFirst())]).joined(separator: ",")
        var rest = call.content
        rest["type"] = call.type
        rest["messageId"] = UUID().uuidString.lowercased()
        rest["anonymousId"] = installation
        rest["timestamp"] = iso(call.time)
        rest["userId"] = kept.userId
        return "{\"context\":\(context)," + Json.write(rest).dropFirst()
    }

    private var standing: Standing {
        if let answer = kept.consent { return answer ? .allowed : .refused }
        if let consent { return consent == .assumed ? .allowed : .refused }
        if isRequired { return .refused }
        return kept.isAssumed == true ? .allowed : .unknown
    }

    /// Ask the workspace what it assumes. The request names the workspace and nobody else.
    private func ask() {
        if isAsking { return }
        isAsking = true
        world.send(Request(path: "/o/\(writeKey).json", body: nil)) { [weak self] answer in
            guard let self else { return }
            let said = answer.flatMap { $0.status == 200 ? Json.read($0.body) as? [String: Any] : nil }
            if let consent = said?["consent"] as? String {
                self.isAsking = false
                self.learn(isAssumed: consent == "assumed")
                return
            }
            _ = self.world.after(self.patience.fail()) { [weak self] in
                self?.isAsking = false
                if self?.waiting.isEmpty == false { self?.ask() }
            }
        }
    }

    private func learn(isAssumed: Bool) {
        if kept.consent != nil { return }
        isRequired = !isAssumed
        if isAssumed {
            kept.isAssumed = true
            kept.save()
        }
        let calls = waiting
        waiting = []
        calls.forEach(take)
    }

    private func with(_ content: [String: Any], _ name: String, _ values: [String: Any]?) -> [String: Any] {
        var content = content
        content[name] = values
        return content
    }
}
