package dev.openbook.core

import java.io.File
import java.nio.file.Path
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class MessageLogTest {
    @TempDir lateinit var folder: Path

    private fun own(name: String = "queue") = File(folder.toFile(), name)

    private fun texts(log: MessageLog) = log.peek(100_000, Int.MAX_VALUE).map { checkNotNull(log.read(it)) }

    @Test
    fun `what was added is there after the process has gone`() {
        val log = MessageLog(own())
        repeat(500) { log.add("message $it é€😀", it.toLong()) }
        log.removeThrough(log.peek(100, Int.MAX_VALUE).last().number)
        val again = MessageLog(own())
        assertEquals((100 until 500).map { "message $it é€😀" }, texts(again))
        assertEquals(100L, again.first?.time)
        assertEquals(501L, again.add("next", 0).number)
    }

    /** Wherever the writing of a file is cut, each message is there whole or not at all. */
    @Test
    fun `a process that dies at any byte loses nothing that was written`() {
        val whole = own("whole")
        val log = MessageLog(whole)
        val ends = (0 until 5).map {
            log.add("message $it", 1)
            File(whole, "1.log").length()
        }
        val bytes = File(whole, "1.log").readBytes()
        for (cut in 0..bytes.size) {
            val torn = own("torn").apply { deleteRecursively(); mkdirs() }
            File(torn, "1.log").writeBytes(bytes.copyOf(cut))
            val found = MessageLog(torn)
            val complete = ends.count { it <= cut }
            assertEquals((0 until complete).map { "message $it" }, texts(found), "cut at $cut")
            found.add("after", 1)
            assertEquals("after", texts(MessageLog(torn)).last())
        }
    }

    @Test
    fun `a byte that was turned over costs the rest of its segment and nothing else`() {
        val log = MessageLog(own())
        repeat(1_000) { log.add("x".repeat(500) + it, 1) }
        val segments = own().listFiles { file -> file.name.endsWith(".log") }.orEmpty()
        assertTrue(segments.size > 3)
        val second = segments.sortedBy { it.name.removeSuffix(".log").toLong() }[1]
        second.writeBytes(second.readBytes().also { it[100] = (it[100] + 1).toByte() })
        val found = texts(MessageLog(own()))
        assertTrue(found.size in 800..950, "${found.size}")
        assertTrue(found.last().endsWith("999"))
    }

    @Test
    fun `any mixture of adding, removing and dying is a queue`() {
        repeat(15) { seed ->
            val random = Random(seed)
            val place = own("random $seed")
            var log = MessageLog(place, mostMessages = 60)
            var wanted = emptyList<String>()
            repeat(300) { step ->
                when (random.nextInt(10)) {
                    in 0..6 -> "$step ".repeat(1 + random.nextInt(2_000)).let {
                        log.add(it, 1)
                        wanted = (wanted + it).takeLast(60)
                    }
                    in 7..8 -> if (wanted.isNotEmpty()) {
                        val many = 1 + random.nextInt(wanted.size)
                        log.removeThrough(log.peek(many, Int.MAX_VALUE).last().number)
                        wanted = wanted.drop(many)
                    }
                    else -> log = MessageLog(place, mostMessages = 60)
                }
                assertEquals(wanted, texts(log), "seed $seed, step $step")
            }
        }
    }

    @Test
    fun `the oldest go where there are too many or too much`() {
        val log = MessageLog(own(), mostMessages = 10_000, mostBytes = 1_000_000)
        repeat(3_000) { log.add("y".repeat(1_000), it.toLong()) }
        assertEquals(1_000, log.size)
        assertEquals(2_000, log.letGo)
        assertTrue(own().walk().filter(File::isFile).sumOf(File::length) < 1_200_000)
    }
}
