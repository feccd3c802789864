package dev.openbook.core

import com.segment.analytics.kotlin.core.Analytics
import java.io.File
import java.nio.file.Files
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test

/** Against the server as it is: what leaves the engine is in the contact. */
class RealServerTest {
    private class App(folder: File, facts: Facts, consent: Consent?) {
        val world = World(server.url)
        lateinit var engine: Engine

        init {
            act { engine = Engine(folder, server.writeKey, consent, { facts }, world).also(Engine::start) }
        }

        fun act(task: () -> Unit) {
            val done = CountDownLatch(1)
            world.run {
                task()
                done.countDown()
            }
            assertTrue(done.await(10, TimeUnit.SECONDS))
        }

        fun delivered() {
            val deadline = System.nanoTime() + 90_000_000_000
            var left = 1
            while (left > 0 && System.nanoTime() < deadline) {
                act { left = engine.stored }
                Thread.sleep(20)
            }
            assertEquals(0, left)
        }
    }

    private fun folder(): File = Files.createTempDirectory("openbook").toFile()

    /** The contact that was last on this screen, as soon as there is one. */
    private fun contact(screen: String): Map<*, *> {
        val deadline = System.nanoTime() + 90_000_000_000
        while (true) {
            val found = server.api("/api/contacts?limit=50") as Map<*, *>
            (found["items"] as List<*>).map { it as Map<*, *> }
                .map { server.api("/api/contacts/${it["id"]}") as Map<*, *> }
                .singleOrNull { it["last_screen"] == screen }
                ?.let { return it }
            check(System.nanoTime() < deadline) { "There is no contact on the screen $screen." }
            Thread.sleep(50)
        }
    }

    @Test
    fun `the fields of Android are filled from a device that nobody has listed`() {
        val app = App(folder(), Facts("Café ☕", "12.3-beta", "acme", "Acme One/Pro", "acme1", "17", "pt-BR", "America/Sao_Paulo"), null)
        app.act {
            app.engine.foreground()
            app.engine.screen("Far screen", mapOf("step" to 1))
        }
        app.delivered()
        val contact = contact("Far screen")
        val wanted = mapOf(
            "android_app_name" to "Café ☕", "android_app_version" to "12.3-beta",
            "android_device" to "acme Acme One/Pro (acme1)", "android_os_version" to "17",
            "android_sessions" to 1.0, "browser_language" to "pt-BR", "timezone" to "America/Sao_Paulo",
            "browser_name" to null, "kind" to "visitor",
        )
        assertEquals(wanted, wanted.keys.associateWith { contact[it] })
        assertNotNull(contact["android_last_seen_at"])
        app.act { assertNotNull(app.engine.proof) }
    }

    @Test
    fun `a backlog of three hundred goes in a few requests`() {
        val app = App(folder(), Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC"), Consent.ASSUMED)
        app.act { repeat(300) { app.engine.screen("Backlog $it", mapOf("note" to "é".repeat(400))) } }
        Thread.sleep(10) // of two in one millisecond neither is the later one
        app.act {
            app.engine.screen("Backlog's end")
            app.engine.flush()
        }
        app.delivered()
        assertEquals("Maker Model (device)", contact("Backlog's end")["android_device"])
    }

    @Test
    fun `a claim is shown as a claim, and the next person is another contact`() {
        val app = App(folder(), Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC"), Consent.ASSUMED)
        app.act {
            app.engine.identify("user-1", mapOf("email" to "ada@example.com"))
            app.engine.screen("Ada's")
        }
        app.delivered()
        app.act {
            app.engine.reset()
            app.engine.screen("Bob's")
        }
        app.act { app.engine.flush() }
        app.delivered()
        val (ada, bob) = contact("Ada's") to contact("Bob's")
        assertEquals("ada@example.com", ada["email"])
        assertEquals(null, bob["email"])
        assertTrue(ada["id"] != bob["id"])
    }

    @Test
    fun `a no ends the push token, and is no sign of life`() {
        val app = App(folder(), Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC"), Consent.ASSUMED)
        app.act { app.engine.screen("No's") }
        app.delivered()
        app.act {
            app.engine.setPushToken("fcm:no")
            app.engine.flush()
        }
        app.delivered()
        val before = contact("No's")
        assertEquals("fcm:no", push(before)?.get("token"))
        Thread.sleep(1_100) // times are told in whole seconds
        app.act { app.engine.consent(false) }
        val deadline = System.nanoTime() + 90_000_000_000
        while (push(contact("No's")) != null) {
            check(System.nanoTime() < deadline) { "The push token is still there." }
            Thread.sleep(50)
        }
        val seen = listOf("last_seen_at", "android_last_seen_at", "android_sessions")
        assertEquals(seen.map(before::get), seen.map(contact("No's")::get))
    }

    private fun push(contact: Map<*, *>): Map<*, *>? =
        ((contact["devices"] as List<*>).single() as Map<*, *>)["push"] as Map<*, *>?

    @Test
    fun `Segment's own client for Kotlin fills the same fields`() {
        Terminator(folder(), server.port).use { tls ->
            val analytics = Analytics(server.writeKey) {
                application = "shop"
                apiHost = tls.host
                cdnHost = tls.host
                flushAt = 3
            }
            analytics.add(PhoneContext())
            analytics.track("Application Opened")
            analytics.identify("segment-1", buildJsonObject { put("name", "Anna") })
            analytics.screen("Segment's")
            analytics.flush()
            val contact = contact("Segment's")
            val wanted = mapOf(
                "android_app_name" to "Corner Shop", "android_app_version" to "4.2.0",
                "android_device" to "HUAWEI LYA-L29 (HWLYA)", "android_os_version" to "10", "android_sessions" to 1.0,
                "browser_language" to "it-IT", "timezone" to "Europe/Rome", "name" to "Anna", "user_id" to "segment-1",
                "browser_name" to null, "web_sessions" to 0.0, "ios_device" to null,
            )
            assertEquals(wanted, wanted.keys.associateWith { contact[it] })
            assertNotNull(contact["android_last_seen_at"])
            val device = (contact["devices"] as List<*>).single() as Map<*, *>
            assertEquals("fcm:segment", (device["push"] as Map<*, *>)["token"])
            analytics.shutdown()
        }
    }

    companion object {
        private lateinit var server: OpenbookServer

        @BeforeAll
        @JvmStatic
        fun serve() {
            server = OpenbookServer(File(Files.createTempDirectory("openbook-server").toFile(), "data"))
        }

        @AfterAll
        @JvmStatic
        fun end(): Unit = server.close()
    }
}
