package dev.openbook.core

import java.io.File
import java.io.IOException

/** Whether anything may be stored and sent before the person answered. */
public enum class Consent { ASSUMED, REQUIRED }

/**
 * Decides what becomes of each call: kept, held back or dropped. All of it on one thread.
 *
 * [consent] null: the workspace is asked; until it has answered, calls wait in memory.
 * [folder] is the SDK's own; nothing is in it before something may be stored.
 */
public class Engine(
    private val folder: File,
    private val writeKey: String,
    private val consent: Consent?,
    private val facts: () -> Facts,
    private val world: Surroundings,
) {
    private class Call(val type: String, val content: Map<String, Any?>, val userId: String?, val token: String?) {
        var time = 0L

        /** The token of a push service; empty: there is none any more. */
        var push: String? = null
    }

    private enum class Standing { ALLOWED, REFUSED, UNKNOWN }

    private val kept = Kept(File(folder, "state.json"))
    private val withdrawal = Withdrawal(writeKey, kept, world)
    private val delivery = Delivery(File(folder, "queue"), writeKey, kept, world, withdrawal)
    private val patience = Patience(world::chance)

    /** Calls that wait for the workspace's answer; in the memory of this process only. */
    private val waiting = ArrayList<Call>()
    private var isAsking = false

    /** The last identify that consent held back. */
    private var heldBack: Call? = null
    private var isRequired = false

    /** What the application's backend signed last, for the chat; in the memory of this process only. */
    private var token: String? = null

    /** Messages that were too large, or that the disk did not take. */
    public var dropped: Int = 0
        private set

    public val stored: Int get() = delivery.stored
    public val userId: String? get() = kept.userId
    public val installation: String? get() = kept.installation
    public val answer: Boolean? get() = kept.consent
    public val proof: String? get() = kept.proof

    /** Whether the chat of this installation was opened. */
    public val hasChat: Boolean get() = kept.hasChat

    /** Send what a former process left behind. */
    public fun start() {
        withdrawal.go()
        if (standing() == Standing.ALLOWED) delivery.begin()
    }

    public fun screen(name: String, properties: Map<String, Any?>? = null): Unit =
        take(Call("screen", mapOf("name" to name) + given("properties", properties), null, null))

    public fun track(event: String, properties: Map<String, Any?>? = null): Unit =
        take(Call("track", mapOf("event" to event) + given("properties", properties), null, null))

    public fun identify(userId: String?, traits: Map<String, Any?>?, token: String? = null): Unit =
        take(Call("identify", given("traits", traits), userId, token))

    /** Null or empty: this installation is to be told nothing any more. */
    public fun setPushToken(token: String?) {
        val push = token.orEmpty()
        if (push.isEmpty() && !kept.hasPush) return
        val event = if (push.isEmpty()) "Push Token Removed" else "Push Token Registered"
        take(Call("track", mapOf("event" to event), null, null).also { it.push = push })
    }

    public fun foreground(): Unit = track("Application Opened")

    public fun background() {
        track("Application Backgrounded")
        flush()
    }

    /** The person's answer. A no takes away all that is here, and ends a push token that was handed over. */
    public fun consent(isGiven: Boolean) {
        waiting.clear()
        if (!isGiven) {
            heldBack = null
            token = null
            delivery.clear()
            kept.forget(world.now())
        }
        kept.consent = isGiven
        kept.save()
        withdrawal.go()
        val identify = heldBack.takeIf { isGiven } ?: return
        heldBack = null
        take(identify)
    }

    /** The next person on this device. What is queued keeps the id that it happened under. */
    public fun reset() {
        waiting.clear()
        heldBack = null
        token = null
        if (standing() != Standing.ALLOWED) return
        setPushToken(null)
        kept.begin()
        kept.save()
        delivery.flush()
    }

    public fun flush() {
        if (standing() == Standing.ALLOWED) delivery.flush()
    }

    /** The network is back; what the server asked for still counts. */
    public fun resume() {
        withdrawal.resume()
        if (standing() == Standing.ALLOWED) delivery.resume()
    }

    public fun stop() {
        withdrawal.stop()
        delivery.stop()
    }

    /** What the chat's page shows the server. A first message that is on its way is waited for, two seconds at most. */
    public fun chat(answered: (ChatPass) -> Unit) {
        if (standing() != Standing.ALLOWED) return answered(ChatPass(null, null, null))
        kept.installation()
        kept.hasChat = true
        kept.save()
        delivery.flush()
        passWhenProved(PROOF_STEPS, answered)
    }

    private fun passWhenProved(steps: Int, answered: (ChatPass) -> Unit) {
        if (kept.proof == null && steps > 0) {
            world.after(PROOF_STEP) { passWhenProved(steps - 1, answered) }
        } else {
            answered(ChatPass(kept.installation, kept.proof, token))
        }
    }

    /** How many messages of the team wait for this installation; silent where that cannot be known now. */
    public fun unread(answered: (Int) -> Unit) {
        val installation = kept.installation ?: return
        val proof = kept.proof ?: return
        if (standing() != Standing.ALLOWED) return
        val shown = Json.write(mapOf("anonymous_id" to installation, "proof" to proof))
        world.send(Request("/v1/chat/$writeKey/waiting", shown)) { answer ->
            val said = answer?.takeIf { it.status == 200 }?.let { Json.read(it.body) as? Map<*, *> }
            val many = said?.get("unread") as? Double
            if (many != null && kept.installation == installation) answered(many.toInt())
        }
    }

    private fun take(call: Call) {
        if (call.time == 0L) call.time = world.now()
        when (standing()) {
            Standing.ALLOWED -> keep(call)
            Standing.REFUSED -> holdBack(call)
            Standing.UNKNOWN -> {
                if (waiting.size < MOST_WAITING) waiting.add(call) else dropped++
                ask()
            }
        }
    }

    private fun holdBack(call: Call) {
        if (call.type == "identify" && kept.consent == null) heldBack = call
    }

    private fun keep(call: Call) {
        val before = Triple(kept.installation, kept.userId, kept.hasPush)
        val installation = kept.installation()
        if (call.token != null || call.userId.let { it != null && it != kept.userId }) token = call.token
        call.userId?.let { kept.userId = it }
        call.push?.let { push ->
            kept.hasPush = push.isNotEmpty()
            if (push.isEmpty()) kept.takenBack += Leaving(installation, kept.proof, call.time)
        }
        // Known before the first message is, or a process that dies between them would be two people.
        if (before != Triple(installation, kept.userId, kept.hasPush)) kept.save()
        val text = Json.write(messageOf(call, installation))
        try {
            if (text.toByteArray(Charsets.UTF_8).size > LARGEST) dropped++ else delivery.add(text, call.time)
        } catch (_: IOException) {
            dropped++
        }
    }

    private fun messageOf(call: Call, installation: String): Map<String, Any?> {
        val context = contextOf(facts())
        val first = LinkedHashMap<String, Any?>()
        call.token?.let { first["token"] = it }
        call.push?.let { push ->
            kept.proof?.let { first["proof"] = it }
            first["device"] = (context.remove("device") as Map<*, *>) + mapOf("token" to push)
        }
        val named = kept.userId?.let { mapOf("userId" to it) }.orEmpty()
        return mapOf(
            // These come first, so that the text tells by its beginning that the proof belongs to it.
            "context" to first + context,
            "type" to call.type,
            "messageId" to randomId(),
            "anonymousId" to installation,
            "timestamp" to iso(call.time),
        ) + named + call.content
    }

    private fun standing(): Standing = when {
        kept.consent != null -> if (kept.consent == true) Standing.ALLOWED else Standing.REFUSED
        consent != null -> if (consent == Consent.ASSUMED) Standing.ALLOWED else Standing.REFUSED
        isRequired -> Standing.REFUSED
        kept.isAssumed == true -> Standing.ALLOWED
        else -> Standing.UNKNOWN
    }

    /** Ask the workspace what it assumes. The request names the workspace and nobody else. */
    private fun ask() {
        if (isAsking) return
        isAsking = true
        world.send(Request("/o/$writeKey.json", null)) { answer ->
            val said = answer?.takeIf { it.status == 200 }?.let { Json.read(it.body) as? Map<*, *> }?.get("consent")
            if (said is String) {
                isAsking = false
                learn(said == "assumed")
            } else {
                world.after(patience.fail()) {
                    isAsking = false
                    if (waiting.isNotEmpty()) ask()
                }
            }
        }
    }

    private fun learn(isAssumed: Boolean) {
        if (kept.consent != null) return
        isRequired = !isAssumed
        if (isAssumed) {
            kept.isAssumed = true
            kept.save()
        }
        val calls = waiting.toList()
        waiting.clear()
        calls.forEach(::take)
    }

    private fun given(name: String, values: Map<String, Any?>?): Map<String, Any?> =
        values?.let { mapOf(name to it) }.orEmpty()

    private companion object {
        const val LARGEST = 32_000
        const val MOST_WAITING = 100
        const val PROOF_STEPS = 20
        const val PROOF_STEP = 100L
    }
}
