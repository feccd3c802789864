package dev.openbook.core

import java.io.File

/** Where the vectors are that every SDK runs. */
internal fun vectors(name: String): Map<*, *> {
    val folder = generateSequence(File("").absoluteFile) { it.parentFile }.map { File(it, "spec/sdk") }.first(File::isDirectory)
    return Json.read(File(folder, name).readText()) as Map<*, *>
}

/** A world in which time stands still unless it is moved, and requests wait for their answer. */
internal class Simulated : Surroundings {
    class Sent(val request: Request, val answered: (Answer?) -> Unit)

    private class Timer(val due: Long, val task: () -> Unit)

    var wall = 1_790_000_000_000L
    private var passed = 0L
    private val timers = ArrayList<Timer>()
    val sent = ArrayDeque<Sent>()
    var hasNetwork = true

    override fun now(): Long = wall

    override fun elapsed(): Long = passed

    override fun chance(): Double = 0.0

    override fun after(milliseconds: Long, task: () -> Unit): Waiting {
        val timer = Timer(passed + milliseconds, task)
        timers.add(timer)
        return Waiting { timers.remove(timer) }
    }

    override fun send(request: Request, answered: (Answer?) -> Unit) {
        // Never within the call itself: a real network does not either.
        if (hasNetwork) sent.add(Sent(request, answered)) else after(0) { answered(null) }
    }

    fun advance(milliseconds: Long) {
        val end = passed + milliseconds
        while (true) {
            val next = timers.filter { it.due <= end }.minByOrNull { it.due } ?: break
            timers.remove(next)
            move(next.due)
            next.task()
        }
        move(end)
    }

    /** The process is gone, and with it all that it waited for. */
    fun kill() {
        timers.clear()
        sent.clear()
    }

    private fun move(to: Long) {
        wall += to - passed
        passed = to
    }
}
