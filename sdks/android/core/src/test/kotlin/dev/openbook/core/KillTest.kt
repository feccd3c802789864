package dev.openbook.core

import com.sun.net.httpserver.HttpServer
import java.io.File
import java.net.InetSocketAddress
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.zip.GZIPInputStream
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** A process that is killed at any moment loses nothing that it had on disk. */
class KillTest {
    @TempDir lateinit var folder: Path

    @Test
    fun `twenty kills lose no message`() {
        val received = ConcurrentHashMap<String, String>()
        val ids = ConcurrentHashMap<String, MutableSet<String>>()
        val random = Random(7)
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/v1/b") { exchange ->
            val isPacked = exchange.requestHeaders.getFirst("Content-Encoding") == "gzip"
            val stream = if (isPacked) GZIPInputStream(exchange.requestBody) else exchange.requestBody
            val body = Json.read(stream.readBytes().decodeToString()) as Map<*, *>
            for (message in (body["batch"] as List<*>).map { it as Map<*, *> }) {
                val event = message["event"] as String
                received[event] = message["anonymousId"] as String
                ids.computeIfAbsent(event) { ConcurrentHashMap.newKeySet() }.add(message["messageId"] as String)
            }
            // Now and then the answer is lost, after everything was taken in.
            if (random.nextInt(5) == 0) return@createContext exchange.close()
            val answer = "{\"success\":true}".encodeToByteArray()
            exchange.sendResponseHeaders(200, answer.size.toLong())
            exchange.responseBody.use { it.write(answer) }
        }
        server.start()
        try {
            val stored = ArrayList<Int>()
            repeat(20) { life ->
                val child = begin(server.address.port, from = life * 100_000)
                val lines = child.inputStream.bufferedReader()
                val until = 5 + random.nextInt(60)
                repeat(until) { lines.readLine()?.toIntOrNull()?.let(stored::add) }
                Thread.sleep(random.nextLong(40))
                child.toHandle().destroyForcibly()
                // What was written before the end came, and not read yet.
                lines.readLines().mapNotNull(String::toIntOrNull).let(stored::addAll)
            }
            val last = begin(server.address.port, from = 20 * 100_000)
            val wanted = stored.map { "n$it" }.toSet()
            val deadline = System.nanoTime() + 30_000_000_000
            while (!received.keys.containsAll(wanted) && System.nanoTime() < deadline) Thread.sleep(50)
            last.destroyForcibly().waitFor()
            assertTrue(stored.size > 300, "${stored.size}")
            assertEquals(emptySet(), wanted - received.keys)
            assertEquals(1, received.values.toSet().size, "one installation")
            assertTrue(ids.values.all { it.size == 1 }, "a message that is sent again keeps its id")
        } finally {
            server.stop(0)
        }
    }

    private fun begin(port: Int, from: Int): Process = ProcessBuilder(
        File(System.getProperty("java.home"), "bin/java").path,
        "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
        "dev.openbook.core.KillTestKt", folder.toString(), "http://127.0.0.1:$port", from.toString(),
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
}

/** Stores message after message, and says of each that it is stored. */
fun main(given: Array<String>) {
    val world = World(given[1])
    val facts = Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC")
    world.run {
        val engine = Engine(File(given[0]), "KEY", Consent.ASSUMED, { facts }, world)
        engine.start()
        var number = given[2].toInt()
        fun next() {
            engine.track("n$number")
            println(number++)
            if (number % 7 == 0) engine.flush()
            world.after(2) { next() }
        }
        next()
    }
    Thread.sleep(60_000)
}
