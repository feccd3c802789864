package dev.openbook.core

import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.RandomAccessFile
import java.nio.ByteBuffer
import java.util.zip.CRC32

/**
 * Messages that wait, on disk: added at the end, taken and removed at the front.
 *
 * A segment is a file of records, named by the number of its first one. A record is its length, a check
 * sum, the time and the text; it is on disk when [add] returns. What a process left half-written is cut
 * off when the log is opened; what is removed is one number in a file of its own, replaced as a whole.
 * In memory a message takes its place, not its text. Not safe for several threads or processes.
 */
internal class MessageLog(
    private val folder: File,
    private val mostMessages: Int = 10_000,
    private val mostBytes: Long = 10L * 1024 * 1024,
) {
    /** A message in the log. [time]: milliseconds since 1970 by the clock of the device. */
    class Entry(val number: Long, val time: Long, internal val file: File, internal val offset: Long, val size: Int)

    private val entries = ArrayDeque<Entry>()
    private val removedFile = File(folder, "removed")
    private var output: FileOutputStream? = null
    private var segment: File? = null
    private var bytes = 0L
    private var removed = 0L
    private var last = 0L

    /** Messages that were let go because there were too many. */
    var letGo: Int = 0
        private set

    val size: Int get() = entries.size
    val first: Entry? get() = entries.firstOrNull()
    val lastNumber: Long get() = last

    init {
        open()
    }

    /** Read what is there, and cut off what was not finished. */
    private fun open() {
        if (folder.isFile) folder.delete()
        folder.mkdirs()
        removed = runCatching { numbered(removedFile.readText().trim()) }.getOrNull() ?: 0L
        last = removed
        for (file in segments()) {
            // A disk that cannot be read costs what is on it, and not the app.
            runCatching { readSegment(file) }
        }
        while (entries.isNotEmpty() && entries.first().number <= removed) forgetFirst()
        dropSegments()
    }

    private fun segments(): List<File> = folder.listFiles { file -> file.name.endsWith(SUFFIX) }
        .orEmpty().sortedBy { numbered(it.name.removeSuffix(SUFFIX)) ?: Long.MAX_VALUE }

    /** Null for what no log of ours has ever come to. */
    private fun numbered(text: String): Long? = text.toLongOrNull()?.takeIf { it in 0..MOST_NUMBER }

    private fun readSegment(file: File) {
        val from = numbered(file.name.removeSuffix(SUFFIX)) ?: return
        var number = from
        var good = 0L
        val opened = opened(file) ?: return
        opened.use { content ->
            val length = content.length()
            while (good + HEAD <= length) {
                content.seek(good)
                val size = content.readInt()
                val sum = content.readInt()
                if (size < TIME || size > LONGEST || good + HEAD + size > length) break
                val record = ByteArray(size).also(content::readFully)
                if (checkSum(record) != sum) break
                // A number is never given twice, even where the end of a segment was lost.
                last = maxOf(last, number)
                add(Entry(number++, ByteBuffer.wrap(record).long, file, good + HEAD + TIME, size - TIME))
                good += HEAD + size
            }
            // What cannot be cut off now is passed over again the next time.
            if (good < length) runCatching { content.setLength(good) }
        }
    }

    /** Null where there is nothing to read, a folder of that name for one. */
    private fun opened(file: File): RandomAccessFile? = try {
        RandomAccessFile(file, "rw")
    } catch (_: IOException) {
        runCatching { RandomAccessFile(file, "r") }.getOrNull()
    }

    /** Put a message at the end; on disk when this returns. Raises IOException where it cannot be. */
    fun add(text: String, time: Long): Entry {
        val content = text.toByteArray(Charsets.UTF_8)
        val record = ByteBuffer.allocate(TIME + content.size).putLong(time).put(content).array()
        val framed = ByteBuffer.allocate(HEAD + record.size).putInt(record.size).putInt(checkSum(record)).put(record)
        val output = outputFor(framed.capacity())
        val file = checkNotNull(segment)
        val offset = file.length()
        try {
            output.write(framed.array())
            output.fd.sync()
        } catch (error: IOException) {
            close()
            runCatching { RandomAccessFile(file, "rw").use { it.setLength(offset) } }
            throw error
        }
        last++
        val entry = Entry(last, time, file, offset + HEAD + TIME, content.size)
        add(entry)
        while (entries.size > mostMessages || bytes > mostBytes) {
            letGo++
            removeThrough(entries.first().number)
        }
        return entry
    }

    private fun add(entry: Entry) {
        entries.addLast(entry)
        bytes += entry.size
    }

    private fun outputFor(size: Int): FileOutputStream {
        val current = output
        if (current != null && checkNotNull(segment).length() + size <= SEGMENT) return current
        close()
        val file = File(folder, "${last + 1}$SUFFIX")
        segment = file
        if (file.isDirectory) file.deleteRecursively()
        // No message is in a file of this name: what may be there was cut off or never whole.
        return FileOutputStream(file).also { output = it }
    }

    /** The oldest messages, as many as one request may carry. */
    fun peek(most: Int, mostBytes: Int): List<Entry> {
        var size = 0
        return entries.asSequence().take(most).takeWhile { entry ->
            val isFirst = size == 0
            size += entry.size
            isFirst || size <= mostBytes
        }.toList()
    }

    /** Null where the message is gone or spoilt; raises IOException where it cannot be read now. */
    fun read(entry: Entry): String? {
        if (!entry.file.exists()) return null
        val record = ByteArray(TIME + entry.size)
        val sum = RandomAccessFile(entry.file, "r").use { content ->
            if (content.length() < entry.offset + entry.size) return null
            content.seek(entry.offset - TIME - SUM)
            content.readInt().also { content.readFully(record) }
        }
        return if (checkSum(record) == sum) String(record, TIME, entry.size, Charsets.UTF_8) else null
    }

    /** Remove all messages up to this one. */
    fun removeThrough(number: Long) {
        if (number <= removed) return
        removed = number
        while (entries.isNotEmpty() && entries.first().number <= number) forgetFirst()
        // Where this cannot be written, a later process sends some of them again, under the same ids.
        runCatching { replace(removedFile, number.toString()) }
        dropSegments()
    }

    fun clear() {
        close()
        entries.clear()
        bytes = 0
        removed = last
        folder.deleteRecursively()
    }

    fun close() {
        runCatching { output?.close() }
        output = null
        segment = null
    }

    private fun forgetFirst() {
        bytes -= entries.removeFirst().size
    }

    private fun dropSegments() {
        val wanted = entries.firstOrNull()?.file
        for (file in segments()) {
            if (file == wanted || file == segment) return
            file.delete()
        }
    }

    private fun checkSum(record: ByteArray): Int = CRC32().apply { update(record) }.value.toInt()

    private companion object {
        const val SUFFIX = ".log"
        const val HEAD = 8
        const val SUM = 4
        const val MOST_NUMBER = 1_000_000_000_000_000L
        const val TIME = 8
        const val SEGMENT = 64 * 1024
        const val LONGEST = 1024 * 1024
    }
}

/** Replace a file as a whole: after a power cut it holds the old text or the new one. */
internal fun replace(file: File, text: String) {
    file.parentFile?.mkdirs()
    val fresh = File(file.path + ".new")
    FileOutputStream(fresh).use {
        it.write(text.toByteArray(Charsets.UTF_8))
        it.fd.sync()
    }
    if (!fresh.renameTo(file)) throw IOException("The file could not be replaced.")
}
