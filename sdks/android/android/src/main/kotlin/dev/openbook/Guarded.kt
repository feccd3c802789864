package dev.openbook

/** Asks which Android it is before it calls what Android 5 has not: the check of the build lets it. */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION)
internal annotation class Guarded
