package dev.openbook.core

import com.sun.net.httpserver.HttpServer
import java.io.File
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.zip.GZIPInputStream
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Full disks, broken files, servers that talk nonsense, little memory: an app notices none of it. */
class TroubleTest {
    @TempDir lateinit var folder: Path
    private val facts = Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC")
    private val world = Simulated()
    private val queue get() = File(folder.toFile(), "queue")

    private fun engine() = Engine(folder.toFile(), "KEY", Consent.ASSUMED, { facts }, world).also(Engine::start)

    private fun events(sent: Simulated.Sent): List<Any?> =
        ((Json.read(checkNotNull(sent.request.body)) as Map<*, *>)["batch"] as List<*>).map { (it as Map<*, *>)["event"] }

    private fun answer(status: Int = 200, body: String = "", retryAfter: String? = null): List<Any?> {
        val sent = world.sent.removeFirst()
        sent.answered(Answer(status, retryAfter, body))
        return events(sent)
    }

    @Test
    fun `a full disk costs the message, and the next one is kept where there is room again`() {
        queue.mkdirs()
        val engine = engine()
        Files.createSymbolicLink(File(queue, "1.log").toPath(), Path.of("/dev/full"))
        engine.track("lost")
        assertEquals(1, engine.dropped)
        assertTrue(world.sent.isEmpty())
        File(queue, "1.log").delete()
        engine.track("kept")
        assertEquals(listOf<Any?>("kept"), answer())
        assertEquals(0, engine.stored)
    }

    @Test
    fun `a disk that takes nothing more does not make it send the same for ever`() {
        val engine = engine()
        File(queue, "removed.new").mkdirs()
        File(folder.toFile(), "state.json.new").mkdirs()
        engine.track("once")
        assertEquals(listOf<Any?>("once"), answer(body = """{"proof":"p"}"""))
        world.advance(600_000)
        assertTrue(world.sent.isEmpty())
        engine.track("next")
        assertEquals(listOf<Any?>("next"), answer())
        // Old ones that cannot be noted as dropped end as well.
        world.hasNetwork = false
        engine.track("old")
        world.wall += 8 * 86_400_000L
        world.hasNetwork = true
        engine.track("new")
        engine.flush()
        world.advance(300_000)
        assertEquals(listOf<Any?>("new"), answer())
    }

    @Test
    fun `files that somebody took away are done without`() {
        val engine = engine()
        world.hasNetwork = false
        repeat(3) { engine.track("gone") }
        queue.deleteRecursively()
        world.advance(0)
        world.hasNetwork = true
        engine.resume()
        assertTrue(world.sent.isEmpty())
        assertEquals(0, engine.stored)
        repeat(200) { engine.track("later $it") }
        engine.flush()
        while (world.sent.isNotEmpty()) answer()
        assertEquals(0, engine.stored)
    }

    @Test
    fun `whatever stands in its files, it begins and goes on`() {
        val random = Random(5)
        val names = listOf("queue/1.log", "queue/2.log", "queue/99999999999999999999.log", "queue/removed", "state.json")
        val odd = listOf("", "{", "[]", "{\"installation\":5,\"consent\":\"x\",\"silentUntil\":\"y\"}", "9223372036854775807", "-3")
        repeat(150) { round ->
            folder.toFile().listFiles()?.forEach { it.deleteRecursively() }
            if (round % 7 == 3) queue.writeText("no folder") else queue.mkdirs()
            for (name in names) {
                val file = File(folder.toFile(), name)
                if (!file.parentFile.isDirectory) continue
                when (random.nextInt(4)) {
                    0 -> file.writeBytes(random.nextBytes(random.nextInt(300)))
                    1 -> file.writeText(odd[random.nextInt(odd.size)])
                    2 -> file.mkdirs()
                }
            }
            world.kill()
            val engine = engine()
            engine.track("after $round")
            engine.flush()
            val sent = ArrayList<Any?>()
            while (world.sent.isNotEmpty()) sent.addAll(answer())
            assertTrue("after $round" in sent, "round $round: $sent")
        }
    }

    @Test
    fun `whatever a server answers, it goes on`() {
        val engine = engine()
        val bodies = listOf("", "{", "[]", "null", "{\"proof\":5}", "{\"proof\":null,\"firstProof\":[]}", "\u0000".repeat(9), "[".repeat(9_000))
        for ((at, body) in bodies.withIndex()) {
            world.advance(10_000)
            engine.track("n$at")
            assertEquals(listOf<Any?>("n$at"), answer(listOf(200, 204, 302, 404, 0)[at % 5], body))
        }
        assertNull(engine.proof)
        for (asked in listOf("soon", "-5", "99999999999999999999", "9223372036854775807", "Thu, 99 Foo", "")) {
            world.advance(10_000)
            engine.track("again")
            answer(503, retryAfter = asked)
            world.advance(Patience.DAY + 600_000)
            answer()
            assertEquals(0, engine.stored, asked)
        }
        val unsure = Engine(File(folder.toFile(), "other"), "KEY", null, { facts }, world)
        unsure.track("kept")
        for (body in bodies + "{\"consent\":5}") {
            world.sent.removeFirst().answered(Answer(200, null, body))
            world.advance(300_000)
        }
        assertEquals("/o/KEY.json", world.sent.removeFirst().request.path)
    }

    @Test
    fun `a line that speaks no HTTP is no answer`() {
        val lines = listOf("", "nonsense\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(100_000))
        ServerSocket(0).use { server ->
            Thread {
                while (!server.isClosed) runCatching { server.accept() }.getOrNull()?.use { connection ->
                    val asked = connection.getInputStream().bufferedReader().readLine() ?: return@use
                    connection.getOutputStream().write(lines[asked.substringAfter("/").first().digitToInt()].toByteArray())
                    connection.shutdownOutput()
                }
            }.apply { isDaemon = true; start() }
            val real = World("http://127.0.0.1:${server.localPort}")
            val answers = LinkedBlockingQueue<List<Answer?>>()
            for (number in lines.indices) {
                real.send(Request("/$number", null)) { answer -> answers.add(listOf(answer)) }
                val answer = assertNotNull(answers.poll(20, TimeUnit.SECONDS), "it hangs").single()
                assertTrue(answer == null || answer.status == 200 || answer.status < 0, "${answer?.status}")
            }
            real.stop()
        }
    }

    @Test
    fun `ten thousand messages wait and go in sixteen megabytes`() {
        val isFull = AtomicBoolean(true)
        val events = java.util.concurrent.ConcurrentHashMap.newKeySet<Any?>()
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/v1/b") { exchange ->
            val body = exchange.requestBody.readBytes().inputStream().let { if (exchange.requestHeaders.getFirst("Content-Encoding") == "gzip") GZIPInputStream(it) else it }
            val batch = (Json.read(body.readBytes().decodeToString()) as Map<*, *>)["batch"] as List<*>
            if (!isFull.get()) batch.forEach { events.add((it as Map<*, *>)["event"]) }
            exchange.sendResponseHeaders(if (isFull.get()) 503 else 200, -1)
            exchange.close()
        }
        server.start()
        val child = ProcessBuilder(
            File(System.getProperty("java.home"), "bin/java").path, "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-cp", System.getProperty("java.class.path"), "dev.openbook.core.TroubleTestKt",
            folder.toString(), "http://127.0.0.1:${server.address.port}",
        ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        try {
            val lines = child.inputStream.bufferedReader()
            assertEquals("10000", lines.readLine())
            isFull.set(false)
            child.outputStream.write("\n".toByteArray())
            child.outputStream.flush()
            assertEquals("0", lines.readLine())
            assertEquals<Set<Any?>>((0 until 10_000).map { "n$it" }.toSet(), events)
        } finally {
            child.destroyForcibly()
            server.stop(0)
        }
    }
}

/** Stores ten thousand messages, says so, and sends them when it is told to. */
fun main(given: Array<String>) {
    val world = World(given[1])
    val facts = Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC")
    lateinit var engine: Engine
    fun onEngine(task: (Engine) -> Unit) {
        val done = java.util.concurrent.CountDownLatch(1)
        world.run {
            task(engine)
            done.countDown()
        }
        done.await()
    }
    world.run { engine = Engine(File(given[0]), "KEY", Consent.ASSUMED, { facts }, world) }
    repeat(10_000) { number -> world.run { engine.track("n$number", mapOf("note" to "é".repeat(150))) } }
    onEngine { println(it.stored) }
    readln()
    var left = 1
    while (left > 0) {
        onEngine { it.resume(); it.flush(); left = it.stored }
        Thread.sleep(20)
    }
    println(0)
}
