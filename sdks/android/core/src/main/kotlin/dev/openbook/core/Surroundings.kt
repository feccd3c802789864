package dev.openbook.core

/** The world as the engine sees it: a clock, a place to wait, a network. Tests bring their own. */
public interface Surroundings {
    /** Milliseconds since 1970 by the device's clock, which anybody may set to anything. */
    public fun now(): Long

    /** Milliseconds that only go on. */
    public fun elapsed(): Long

    /** Run this after so many milliseconds, on the one thread that the engine works on. */
    public fun after(milliseconds: Long, task: () -> Unit): Waiting

    /** Send a request; [answered] is called on the engine's thread, with null where none came. */
    public fun send(request: Request, answered: (Answer?) -> Unit)

    /** By how much of itself a wait is shortened: from 0 to 1, at random. */
    public fun chance(): Double
}

/** Something that was put off, and can be called off. */
public fun interface Waiting {
    public fun cancel()
}

/** A GET where [body] is null, else a POST of JSON. */
public class Request(public val path: String, public val body: String?)

public class Answer(public val status: Int, public val retryAfter: String?, public val body: String)
