package dev.openbook.core

import java.io.File
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What the chat in an app may show, and who it is for. */
class ChatTest {
    @TempDir lateinit var folder: Path
    private val page = ChatPage("https://chat.example.com", "KEY")
    private val facts = Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC")

    @Test
    fun `only the chat's own page is shown in the app`() {
        for (ours in listOf("https://chat.example.com/chat/KEY", "https://chat.example.com/chat/KEY?lang=it#c=1")) {
            assertTrue(page.isOurs(ours), ours)
        }
        for (other in listOf(
            "http://chat.example.com/chat/KEY", "https://chat.example.com:444/chat/KEY", "https://evil.example/chat/KEY",
            "https://chat.example.com@evil.example/chat/KEY", "https://a@chat.example.com/chat/KEY",
            "https://chat.example.com/what-we-collect", "javascript:alert(1)", "about:blank", "https://a b", "",
        )) assertFalse(page.isOurs(other), other)
    }

    @Test
    fun `a link opens in the browser only where it is one`() {
        for (link in listOf("https://a.example/", "HTTP://a.example", "mailto:a@b.example", "tel:+123")) {
            assertTrue(page.isForBrowser(link), link)
        }
        for (other in listOf(
            "javascript:alert(1)", "file:///etc/passwd", "intent://x#Intent;scheme=http;end", "content://a/b", "data:text/html,x",
        )) assertFalse(page.isForBrowser(other), other)
    }

    @Test
    fun `the chat is of the installation, and the next person has another`() {
        val world = Simulated()
        val engine = Engine(folder.toFile(), "KEY", Consent.ASSUMED, { facts }, world)
        engine.identify("u-1", null, "a.b.c")
        val passes = ArrayList<ChatPass>()
        engine.chat(passes::add)
        assertTrue(passes.isEmpty(), "it waits for the proof")
        world.sent.removeFirst().answered(Answer(200, null, """{"proof":"p"}"""))
        world.advance(100)
        assertEquals("""{"anonymousId":"${engine.installation}","proof":"p","token":"a.b.c"}""", passes.single().toJson())
        assertTrue(Engine(folder.toFile(), "KEY", Consent.ASSUMED, { facts }, Simulated()).hasChat)
        val unread = ArrayList<Int>()
        engine.unread(unread::add)
        val sent = world.sent.removeFirst()
        assertEquals("/v1/chat/KEY/waiting", sent.request.path)
        assertEquals("""{"anonymous_id":"${engine.installation}","proof":"p"}""", sent.request.body)
        sent.answered(Answer(200, null, """{"conversations":[],"unread":3}"""))
        assertEquals(listOf(3), unread)
        engine.reset()
        assertFalse(engine.hasChat)
        engine.chat(passes::add)
        world.advance(2_000)
        assertNotEquals(passes.first().installation, passes.last().installation)
        assertNull(passes.last().token)
        assertNull(passes.last().proof)
    }

    @Test
    fun `without consent the chat is a stranger's, and nothing is stored`() {
        val engine = Engine(folder.toFile(), "KEY", Consent.REQUIRED, { facts }, Simulated())
        engine.chat { assertEquals("{}", it.toJson()) }
        assertEquals(emptyList(), folder.toFile().walk().filter(File::isFile).toList())
    }
}
