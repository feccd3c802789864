package dev.openbook.core

import java.net.URI
import java.net.URISyntaxException

/**
 * What the chat's page shows the server to be of this installation: handed over inside the app, never in an
 * address. All of it null where nothing may be stored: then the chat is a stranger's, and ends with its screen.
 */
public class ChatPass(
    public val installation: String?,
    public val proof: String?,
    /** The last token of your backend's that `identify` was given. */
    public val token: String?,
) {
    /** As the page reads it. */
    public fun toJson(): String = Json.write(
        mapOf("anonymousId" to installation, "proof" to proof, "token" to token).filterValues { it != null },
    )
}

/** Where the chat's page is, and what may be shown beside it. [host] is without a slash at the end. */
public class ChatPage(private val host: String, private val writeKey: String) {
    public val address: String get() = "$host/chat/$writeKey"

    /** Only this page is shown in the app; all else belongs into the browser. */
    public fun isOurs(address: String): Boolean {
        val wanted = parsed(address) ?: return false
        val ours = parsed(this.address) ?: return false
        return wanted.scheme == ours.scheme && wanted.rawAuthority == ours.rawAuthority && wanted.rawPath == ours.rawPath
    }

    /** May this be handed to the system to open? What a conversation links to is somebody's typing. */
    public fun isForBrowser(address: String): Boolean = parsed(address)?.scheme?.lowercase() in OUTSIDE

    /** A page that ends the chat session and takes away what the chat kept; loaded with [host] as its address. */
    public fun farewell(): String = """<!doctype html><script>
        |var token = localStorage.getItem('ob_h.t');
        |Object.keys(localStorage).forEach(function (name) {
        |  if (name.indexOf('ob_h.') === 0) localStorage.removeItem(name);
        |});
        |if (token) fetch('/v1/chat/' + ${Json.write(writeKey).replace("<", "\\u003c")} + '/logout', {
        |  method: 'POST', headers: { Authorization: 'Bearer ' + token }, credentials: 'omit',
        |}).catch(function () {});
        |</script>
    """.trimMargin()

    private fun parsed(address: String): URI? = try {
        URI(address)
    } catch (_: URISyntaxException) {
        null
    }

    private companion object {
        val OUTSIDE = setOf("http", "https", "mailto", "tel")
    }
}
