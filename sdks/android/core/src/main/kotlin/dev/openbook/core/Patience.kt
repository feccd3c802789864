package dev.openbook.core

import java.text.ParseException
import java.text.SimpleDateFormat
import java.util.Locale
import java.util.TimeZone

/** How long to wait after failures: twice as long each time, and the whole of it by chance. */
internal class Patience(private val chance: () -> Double) {
    private var failures = 0

    fun succeed() {
        failures = 0
    }

    /** Milliseconds until the next attempt, beside what the server asked for. */
    fun fail(): Long {
        val longest = minOf(LONGEST, FIRST shl minOf(failures, 20))
        failures++
        return (longest * (1 - chance())).toLong()
    }

    companion object {
        const val FIRST = 1000L
        const val LONGEST = 300_000L
        const val DAY = 86_400_000L

        /** Milliseconds that `Retry-After` asks for, in seconds or as a date; a day at most. */
        fun asked(header: String?, now: Long): Long {
            val text = header?.trim().orEmpty()
            val asked = text.toLongOrNull()?.times(1000) ?: (date(text)?.minus(now) ?: 0)
            return asked.coerceIn(0, DAY)
        }

        private fun date(text: String): Long? = try {
            val format = SimpleDateFormat("EEE, dd MMM yyyy HH:mm:ss zzz", Locale.US)
            format.timeZone = TimeZone.getTimeZone("GMT")
            format.parse(text)?.time
        } catch (_: ParseException) {
            null
        }
    }
}
