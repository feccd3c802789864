import Foundation

/// What is remembered of this installation, in one small file that is replaced as a whole.
final class Kept {
    private let file: URL
    /// The id that messages carry; made on first need, so that nothing is stored before it may be.
    private(set) var installation: String?
    var userId: String?
    /// What shows the server that this is the device that began with that installation.
    var proof: String?
    /// What the person answered; nil: nothing yet.
    var consent: Bool?
    /// What the workspace assumes without an answer; nil: not known.
    var isAssumed: Bool?
    /// Until when the server asked for silence, by the clock of the device.
    var silentUntil: Int64 = 0
    /// Whether the chat was opened: then its web view has something to forget.
    var hasChat = false
    /// Whether the server was given a push token: then a log-out takes it back.
    var hasPush = false
    /// Whose push token was taken back, while the queue that says so is not empty.
    var takenBack: [Leaving] = []
    /// Whose push token the server still has to be told of, after a no.
    var leaving: [Leaving] = []

    /// A person who says no again and again without a network.
    private static let mostLeaving = 8

    init(file: URL) {
        self.file = file
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
        guard let known = Json.read(text) as? [String: Any] else { return }
        installation = known["installation"] as? String
        userId = known["userId"] as? String
        proof = known["proof"] as? String
        consent = known["consent"] as? Bool
        isAssumed = known["assumed"] as? Bool
        silentUntil = (known["silentUntil"] as? NSNumber)?.int64Value ?? 0
        hasChat = known["chat"] as? Bool ?? false
        hasPush = known["push"] as? Bool ?? false
        takenBack = Self.leaving(known["takenBack"])
        leaving = Self.leaving(known["leaving"])
    }

    func installationOrNew() -> String { installation ?? begin() }

    /// Another installation, as far as anybody can tell.
    @discardableResult
    func begin() -> String {
        let fresh = UUID().uuidString.lowercased()
        (installation, userId, proof, hasChat, hasPush) = (fresh, nil, nil, false, false)
        return fresh
    }

    /// Nobody any more: what is left is the answer, and until it is told whose push tokens end.
    func forget(now: Int64) {
        if hasPush, let installation { takenBack.append(Leaving(installation: installation, proof: proof, time: now)) }
        for one in takenBack where !leaving.contains(where: { $0.installation == one.installation }) {
            let known = one.installation == installation ? proof : one.proof
            leaving.append(Leaving(installation: one.installation, proof: known, time: now))
        }
        takenBack = []
        (installation, userId, proof, isAssumed, silentUntil) = (nil, nil, nil, nil, 0)
        (hasChat, hasPush) = (false, false)
    }

    /// What cannot be written is kept for this process: a full disk is no reason to fail.
    func save() {
        var known: [String: Any] = [:]
        known["installation"] = installation
        known["userId"] = userId
        known["proof"] = proof
        known["consent"] = consent
        known["assumed"] = isAssumed
        if hasChat { known["chat"] = true }
        if hasPush { known["push"] = true }
        known["takenBack"] = texts(takenBack)
        known["leaving"] = texts(leaving)
        if silentUntil != 0 { known["silentUntil"] = silentUntil }
        if known.isEmpty {
            try? FileManager.default.removeItem(at: file)
        } else {
            try? replace(file, with: Json.write(known))
        }
    }

    private func texts(_ many: [Leaving]) -> [[String: Any]]? {
        let known = many.filter { $0.proof != nil }.suffix(Self.mostLeaving)
        if known.isEmpty { return nil }
        return known.map { ["installation": $0.installation, "proof": $0.proof ?? "", "time": $0.time] }
    }

    private static func leaving(_ known: Any?) -> [Leaving] {
        ((known as? [Any]) ?? []).compactMap { one in
            guard let one = one as? [String: Any] else { return nil }
            guard let installation = one["installation"] as? String, let proof = one["proof"] as? String else { return nil }
            return Leaving(installation: installation, proof: proof, time: (one["time"] as? NSNumber)?.int64Value ?? 0)
        }
    }
}
