package dev.openbook.core

import java.io.File
import java.io.IOException

/** Hands the queue to the server: batches, one request at a time, and patience when it fails. */
internal class Delivery(
    private val folder: File,
    private val writeKey: String,
    private val kept: Kept,
    private val world: Surroundings,
    private val withdrawal: Withdrawal,
) {
    private var log: MessageLog? = null
    private val patience = Patience(world::chance)
    private var isSending = false
    private var lastSent: Long? = null

    /** Messages up to this one are sent without waiting for more. */
    private var owed = 0L
    private var most = MOST_MESSAGES
    private var gathering: Waiting? = null
    private var resting: Waiting? = null

    val stored: Int get() = log?.size ?: 0

    /** Opened when it is needed: an empty log leaves nothing on the disk. */
    private fun log(): MessageLog = log ?: MessageLog(folder).also { log = it }

    fun begin() {
        if (!folder.exists()) return
        owed = log().lastNumber
        prune()
        val silence = silence()
        if (silence > 0 && stored > 0) rest(silence + patience.fail()) else go()
    }

    fun add(text: String, time: Long) {
        log().add(text, time)
        val isQuiet = lastSent.let { it == null || world.elapsed() - it >= GATHER }
        if (isQuiet || log().size - countThrough(owed) >= MANY) owed = log().lastNumber
        go()
    }

    fun flush() {
        val log = log ?: return
        owed = log.lastNumber
        if (silence() == 0L) stopResting()
        go()
    }

    fun resume() {
        patience.succeed()
        if (silence() == 0L) stopResting()
        go()
    }

    fun clear() {
        stop()
        log?.clear() ?: folder.deleteRecursively()
        log = null
    }

    fun stop() {
        gathering?.cancel()
        gathering = null
        stopResting()
        log?.close()
    }

    private fun stopResting() {
        resting?.cancel()
        resting = null
    }

    private fun go() {
        val log = log ?: return
        val first = log.first ?: return
        if (isSending || resting != null) return
        if (first.number <= owed) return send(log)
        if (gathering == null) {
            gathering = world.after(GATHER) {
                gathering = null
                owed = log.lastNumber
                go()
            }
        }
    }

    private fun send(log: MessageLog) {
        prune()
        val oldest = log.peek(most, MOST_BYTES)
        if (oldest.isEmpty()) return
        val entries = try {
            batch(log, oldest)
        } catch (_: IOException) {
            return rest(patience.fail())
        }
        if (entries.isEmpty()) {
            // Somebody else emptied the folder, or the disk is broken: what is gone is gone.
            log.removeThrough(oldest.last().number)
            return go()
        }
        gathering?.cancel()
        gathering = null
        isSending = true
        lastSent = world.elapsed()
        val messages = entries.map { (_, text) -> text }
        val proof = kept.proof
        val proved = messages.map { if (proof == null) it else prove(it, proof) }
        val body = "{\"writeKey\":${Json.write(writeKey)},\"sentAt\":\"${iso(world.now())}\",\"batch\":[" +
            proved.joinToString(",") + "]}"
        world.send(Request(PATH, body)) { answer ->
            isSending = false
            if (this.log === log) {
                judge(log, entries.map { (entry, _) -> entry }, messages, answer)
            } else {
                // A no has taken everything away meanwhile.
                if (answer?.status in 200..299) withdrawal.learn(answer!!.body, messages)
                go()
            }
        }
    }

    /** The messages that can be read; one that needs the proof is better sent after the answer that brings it. */
    private fun batch(log: MessageLog, oldest: List<MessageLog.Entry>): List<Pair<MessageLog.Entry, String>> {
        val found = ArrayList<Pair<MessageLog.Entry, String>>()
        for (entry in oldest) {
            val text = log.read(entry) ?: continue
            if (found.isNotEmpty() && kept.proof == null && PROVED.any(text::startsWith)) break
            found.add(entry to text)
        }
        return found
    }

    private fun judge(log: MessageLog, entries: List<MessageLog.Entry>, messages: List<String>, answer: Answer?) {
        val status = answer?.status
        when {
            answer == null || status == 429 || status!! >= 500 -> return retryLater(answer)
            status == 413 && entries.size > 1 -> most = (entries.size + 1) / 2
            else -> {
                if (status in 200..299) keepProof(answer.body, messages)
                log.removeThrough(entries.last().number)
                if (stored == 0 && kept.takenBack.isNotEmpty()) {
                    kept.takenBack.clear()
                    kept.save()
                }
                if (log.first?.let { it.number > owed } != false) most = MOST_MESSAGES
            }
        }
        patience.succeed()
        go()
    }

    private fun retryLater(answer: Answer?) {
        val asked = Patience.asked(answer?.retryAfter, world.now())
        if (asked > 0) {
            kept.silentUntil = world.now() + asked
            kept.save()
        }
        rest(silence() + patience.fail())
    }

    private fun rest(milliseconds: Long) {
        resting = world.after(milliseconds) {
            resting = null
            go()
        }
    }

    /** Milliseconds that the server still wants to rest. A clock that was set back must not silence us for long. */
    private fun silence(): Long = (kept.silentUntil - world.now()).let { if (it in 1..Patience.DAY) it else 0 }

    private fun prune() {
        val log = log ?: return
        while (true) {
            val first = log.first ?: return
            if (world.now() - first.time !in OLDEST + 1..ABSURD) return
            log.removeThrough(first.number)
        }
    }

    private fun countThrough(number: Long): Int {
        val first = log?.first ?: return 0
        return (number - first.number + 1).coerceIn(0, stored.toLong()).toInt()
    }

    /** Put in when it is sent, since the proof may have come after the message was made. */
    private fun prove(message: String, proof: String): String {
        val isOurs = kept.installation?.let { message.contains(it) } ?: false
        if (!isOurs || PROVED.none(message::startsWith)) return message
        return "$CONTEXT\"proof\":${Json.write(proof)}," + message.substring(CONTEXT.length)
    }

    /** A proof belongs to the installation that the messages were of; it may have been reset meanwhile. */
    private fun keepProof(body: String, messages: List<String>) {
        val said = Json.read(body) as? Map<*, *> ?: return
        val proof = said["proof"] as? String ?: kept.proof ?: said["firstProof"] as? String ?: return
        val installation = kept.installation ?: return
        if (proof == kept.proof || !messages.all { it.contains(installation) }) return
        kept.proof = proof
        kept.save()
    }

    companion object {
        const val PATH = "/v1/b"
        const val CONTEXT = "{\"context\":{"

        /** How messages begin that say more where the device's proof is with them: signed, or with a push token. */
        val PROVED = listOf("$CONTEXT\"token\"", "$CONTEXT\"device\"")
        const val GATHER = 10_000L
        const val MANY = 20
        const val MOST_MESSAGES = 100
        const val MOST_BYTES = 400_000
        const val OLDEST = 7 * 86_400_000L

        /** Nothing waits for a year: the clock was years behind, and somebody has put it right. */
        const val ABSURD = 365 * 86_400_000L
    }
}
