package dev.openbook.core

/**
 * What the platform says of the app and the device: all that is collected of them, and nothing else.
 *
 * Texts are the platform's own; an empty one is one that it does not know. Asked for again with each
 * message, since a phone changes its language and time zone while an app runs.
 */
public data class Facts(
    /** The label of the application, as people see it. */
    val appName: String?,
    /** `versionName`. */
    val appVersion: String?,
    /** `Build.MANUFACTURER`, `Build.MODEL` and `Build.DEVICE`. */
    val manufacturer: String?,
    val model: String?,
    val device: String?,
    /** `Build.VERSION.RELEASE`. */
    val osVersion: String?,
    /** A BCP 47 tag. */
    val locale: String?,
    /** An IANA name. */
    val timezone: String?,
)

/** The library as it names itself on the wire. */
internal val LIBRARY: Map<String, String> = mapOf("name" to "openbook-android", "version" to "0.1.0")

/** The context that each message carries. */
internal fun contextOf(facts: Facts): MutableMap<String, Any?> {
    val context = LinkedHashMap<String, Any?>()
    known("name" to facts.appName, "version" to facts.appVersion).let { if (it.isNotEmpty()) context["app"] = it }
    context["device"] = mapOf("type" to "android") +
        known("manufacturer" to facts.manufacturer, "model" to facts.model, "name" to facts.device)
    context["os"] = mapOf("name" to "Android") + known("version" to facts.osVersion)
    context += known("locale" to facts.locale, "timezone" to facts.timezone)
    context["library"] = LIBRARY
    return context
}

private fun known(vararg pairs: Pair<String, String?>): Map<String, String> =
    pairs.mapNotNull { (key, value) -> value?.takeIf(String::isNotEmpty)?.let { key to it } }.toMap()
