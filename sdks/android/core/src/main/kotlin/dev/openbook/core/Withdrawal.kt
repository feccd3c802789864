package dev.openbook.core

/** An installation whose push token the server may have, and what proves that it was the one. */
internal class Leaving(val installation: String, var proof: String?, val time: Long)

/**
 * After a no, has the push tokens ended that were handed over. The request says this alone: of which
 * installation, since when, and its proof. What cannot be told is kept for a week, and told once.
 */
internal class Withdrawal(private val writeKey: String, private val kept: Kept, private val world: Surroundings) {
    private val patience = Patience(world::chance)
    private var isSending = false
    private var resting: Waiting? = null

    /** Until when the server asked for silence, by the clock that only goes on. */
    private var silentUntil = 0L

    fun go() {
        if (isSending || resting != null) return
        if (kept.leaving.removeAll { world.now() - it.time in Delivery.OLDEST + 1..Delivery.ABSURD }) kept.save()
        val one = kept.leaving.firstOrNull { it.proof != null } ?: return
        isSending = true
        world.send(Request(Delivery.PATH, textOf(one))) { answer ->
            isSending = false
            if (answer == null || answer.status == 429 || answer.status >= 500) {
                rest(Patience.asked(answer?.retryAfter, world.now()))
            } else {
                patience.succeed()
                kept.leaving.remove(one)
                kept.save()
                go()
            }
        }
    }

    /** The network is back; what the server asked for still counts. */
    fun resume() {
        patience.succeed()
        if (world.elapsed() >= silentUntil) stop()
        go()
    }

    fun stop() {
        resting?.cancel()
        resting = null
    }

    /** The no came while these first messages were on their way: now their answer has brought the proof. */
    fun learn(answer: String, messages: List<String>) {
        val said = Json.read(answer) as? Map<*, *>
        val proof = said?.let { it["proof"] ?: it["firstProof"] } as? String ?: return
        kept.leaving.filter { one -> one.proof == null && messages.all { it.contains(one.installation) } }
            .forEach { it.proof = proof }
        kept.save()
        go()
    }

    private fun rest(asked: Long) {
        silentUntil = world.elapsed() + asked
        resting = world.after(asked + patience.fail()) {
            resting = null
            go()
        }
    }

    private fun textOf(one: Leaving): String {
        val context = mapOf("proof" to one.proof, "device" to mapOf("type" to "android"))
        val message = mapOf(
            "type" to "withdraw",
            "anonymousId" to one.installation,
            "timestamp" to iso(one.time),
            "context" to context,
        )
        return Json.write(mapOf("writeKey" to writeKey, "sentAt" to iso(world.now()), "batch" to listOf(message)))
    }
}
