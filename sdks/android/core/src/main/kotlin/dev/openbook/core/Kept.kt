package dev.openbook.core

import java.io.File
import java.io.IOException
import java.util.UUID

/** What is remembered of this installation, in one small file that is replaced as a whole. */
internal class Kept(private val file: File) {
    /** The id that messages carry; made on first need, so that nothing is stored before it may be. */
    var installation: String? = null
        private set
    var userId: String? = null
    /** What shows the server that this is the device that began with that installation. */
    var proof: String? = null
    /** What the person answered; null: nothing yet. */
    var consent: Boolean? = null
    /** What the workspace assumes without an answer, and when it said so; null: not known. */
    var isAssumed: Boolean? = null
    var assumedAt: Long = 0
    /** Until when the server asked for silence, by the clock of the device. */
    var silentUntil: Long = 0
    /** Whether the chat was opened: then its web view has something to forget. */
    var hasChat: Boolean = false
    /** Whether the server was given a push token: then a log-out takes it back. */
    var hasPush: Boolean = false
    /** Whose push token was taken back, while the queue that says so is not empty. */
    val takenBack: MutableList<Leaving> = ArrayList()
    /** Whose push token the server still has to be told of, after a no. */
    val leaving: MutableList<Leaving> = ArrayList()

    init {
        val text = runCatching { file.readText() }.getOrNull()
        (text?.let(Json::read) as? Map<*, *>)?.let { known ->
            installation = known["installation"] as? String
            userId = known["userId"] as? String
            proof = known["proof"] as? String
            consent = known["consent"] as? Boolean
            isAssumed = known["assumed"] as? Boolean
            assumedAt = (known["assumedAt"] as? Double)?.toLong() ?: 0
            silentUntil = (known["silentUntil"] as? Double)?.toLong() ?: 0
            hasChat = known["chat"] == true
            hasPush = known["push"] == true
            takenBack += leavingOf(known["takenBack"])
            leaving += leavingOf(known["leaving"])
        }
    }

    fun installation(): String = installation ?: begin()

    /** Another installation, as far as anybody can tell. */
    fun begin(): String {
        userId = null
        proof = null
        hasChat = false
        hasPush = false
        return UUID.randomUUID().toString().also { installation = it }
    }

    /** Nobody any more: what is left is the answer, and until it is told whose push tokens end. */
    fun forget(now: Long) {
        if (hasPush) installation?.let { takenBack += Leaving(it, proof, now) }
        takenBack.distinctBy { it.installation }
            .mapTo(leaving) { Leaving(it.installation, if (it.installation == installation) proof else it.proof, now) }
        takenBack.clear()
        installation = null
        userId = null
        proof = null
        isAssumed = null
        silentUntil = 0
        hasChat = false
        hasPush = false
    }

    /** What cannot be written is kept for this process: a full disk is no reason to fail. */
    fun save() {
        val known = mapOf(
            "installation" to installation,
            "userId" to userId,
            "proof" to proof,
            "consent" to consent,
            "assumed" to isAssumed,
            "assumedAt" to assumedAt,
            "silentUntil" to silentUntil,
            "chat" to true.takeIf { hasChat },
            "push" to true.takeIf { hasPush },
            "takenBack" to textsOf(takenBack),
            "leaving" to textsOf(leaving),
        ).filterValues { it != null && it != 0L }
        try {
            if (known.isEmpty()) file.delete() else replace(file, Json.write(known))
        } catch (_: IOException) {
        }
    }

    private fun textsOf(many: List<Leaving>): List<Map<String, Any?>>? =
        many.filter { it.proof != null }.takeLast(MOST_LEAVING).takeIf { it.isNotEmpty() }
            ?.map { mapOf("installation" to it.installation, "proof" to it.proof, "time" to it.time) }

    private fun leavingOf(known: Any?): List<Leaving> = (known as? List<*>).orEmpty().mapNotNull { one ->
        val installation = (one as? Map<*, *>)?.get("installation") as? String
        val proof = (one as? Map<*, *>)?.get("proof") as? String
        val time = (one as? Map<*, *>)?.get("time") as? Double
        if (installation == null || proof == null) null else Leaving(installation, proof, time?.toLong() ?: 0)
    }

    private companion object {
        /** A person who says no again and again without a network. */
        const val MOST_LEAVING = 8
    }
}
