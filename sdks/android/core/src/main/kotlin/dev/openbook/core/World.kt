package dev.openbook.core

import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit
import java.util.zip.GZIPOutputStream
import kotlin.random.Random

/**
 * The real world: one thread for the engine, one for the network, neither of which keeps a process alive.
 *
 * [host] is scheme and host of the server, without a slash at the end.
 */
public class World(private val host: String) : Surroundings {
    private val worker = thread("openbook")
    private val network = thread("openbook-network")

    override fun now(): Long = System.currentTimeMillis()

    override fun elapsed(): Long = System.nanoTime() / 1_000_000

    override fun chance(): Double = Random.nextDouble()

    /** Run a task on the engine's thread. What it throws ends there: an SDK never takes an app down. */
    public fun run(task: () -> Unit) {
        after(0, task)
    }

    override fun after(milliseconds: Long, task: () -> Unit): Waiting = try {
        val future = worker.schedule({ runCatching(task) }, milliseconds, TimeUnit.MILLISECONDS)
        Waiting { future.cancel(false) }
    } catch (_: RejectedExecutionException) {
        Waiting {} // stopped meanwhile
    }

    override fun send(request: Request, answered: (Answer?) -> Unit) {
        try {
            network.execute {
                val answer = runCatching { exchange(request) }.getOrNull()
                run { answered(answer) }
            }
        } catch (_: RejectedExecutionException) {
            // stopped: nobody waits for the answer
        }
    }

    public fun stop() {
        worker.shutdown()
        network.shutdown()
    }

    private fun exchange(request: Request): Answer {
        val connection = URL(host + request.path).openConnection() as HttpURLConnection
        try {
            connection.connectTimeout = TIMEOUT
            connection.readTimeout = TIMEOUT
            connection.useCaches = false
            connection.instanceFollowRedirects = false
            request.body?.let { post(connection, it) }
            val status = connection.responseCode
            val stream = if (status < 400) connection.inputStream else connection.errorStream
            val body = stream?.use { it.readNBytesOrLess(LONGEST_ANSWER) } ?: ByteArray(0)
            return Answer(status, connection.getHeaderField("Retry-After"), String(body, Charsets.UTF_8))
        } finally {
            connection.disconnect()
        }
    }

    private fun post(connection: HttpURLConnection, body: String) {
        val bytes = body.toByteArray(Charsets.UTF_8)
        connection.requestMethod = "POST"
        connection.doOutput = true
        connection.setRequestProperty("Content-Type", "application/json")
        val isWorthIt = bytes.size > SMALL
        val sent = if (isWorthIt) gzip(bytes) else bytes
        if (isWorthIt) connection.setRequestProperty("Content-Encoding", "gzip")
        connection.setFixedLengthStreamingMode(sent.size)
        connection.outputStream.use { it.write(sent) }
    }

    private fun gzip(bytes: ByteArray): ByteArray = java.io.ByteArrayOutputStream()
        .also { out -> GZIPOutputStream(out).use { it.write(bytes) } }.toByteArray()

    private fun java.io.InputStream.readNBytesOrLess(most: Int): ByteArray {
        val found = java.io.ByteArrayOutputStream()
        val part = ByteArray(4096)
        while (found.size() < most) {
            val read = read(part)
            if (read < 0) break
            found.write(part, 0, read)
        }
        if (found.size() > most) throw IOException("The answer is longer than any of the server's.")
        return found.toByteArray()
    }

    private fun thread(name: String): ScheduledExecutorService = Executors.newSingleThreadScheduledExecutor { task ->
        Thread(task, name).apply { isDaemon = true }
    }

    private companion object {
        const val TIMEOUT = 20_000
        const val SMALL = 1_000
        const val LONGEST_ANSWER = 64 * 1024
    }
}
