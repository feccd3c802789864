package dev.openbook

import android.app.Activity
import android.app.Application
import android.os.Build
import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.util.Locale
import java.util.TimeZone
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.zip.GZIPInputStream
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.robolectric.util.ReflectionHelpers
import dev.openbook.core.Consent

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class OpenbookTest {
    private val received = LinkedBlockingQueue<String>()
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
    private val application: Application get() = RuntimeEnvironment.getApplication()

    @BeforeTest
    fun serve() {
        server.createContext("/v1/b") { exchange ->
            val isPacked = exchange.requestHeaders.getFirst("Content-Encoding") == "gzip"
            val stream = if (isPacked) GZIPInputStream(exchange.requestBody) else exchange.requestBody
            received.add(stream.readBytes().decodeToString())
            val answer = "{\"success\":true,\"proof\":\"p\"}".encodeToByteArray()
            exchange.sendResponseHeaders(200, answer.size.toLong())
            exchange.responseBody.use { it.write(answer) }
        }
        server.start()
    }

    @AfterTest
    fun end() {
        Openbook.forget()
        server.stop(0)
    }

    private fun begin(consent: Consent = Consent.ASSUMED) =
        Openbook.setup(application, "KEY", "http://127.0.0.1:${server.address.port}/", consent)

    private fun next(): String = assertNotNull(received.poll(10, TimeUnit.SECONDS), "no request came")

    @Test
    fun `a screen is told with what the platform says of app and device`() {
        ReflectionHelpers.setStaticField(Build::class.java, "MANUFACTURER", "OnePlus")
        ReflectionHelpers.setStaticField(Build::class.java, "MODEL", "IN2023")
        ReflectionHelpers.setStaticField(Build::class.java, "DEVICE", "OnePlus8Pro")
        ReflectionHelpers.setStaticField(Build.VERSION::class.java, "RELEASE", "13")
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Rome"))
        RuntimeEnvironment.setQualifiers("it-rIT")
        begin()
        Openbook.screen("Home")
        val body = next()
        assertContains(body, """"manufacturer":"OnePlus","model":"IN2023","name":"OnePlus8Pro"""")
        assertContains(body, """"os":{"name":"Android","version":"13"}""")
        assertContains(body, """"locale":"it-IT","timezone":"Europe/Rome"""")
        assertContains(body, """"type":"screen"""")
    }

    @Test
    fun `the app tells by itself when it comes and goes`() {
        begin()
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        assertContains(next(), "Application Opened")
        screen.pause().stop()
        assertContains(next(), "Application Backgrounded")
    }

    @Test
    fun `a screen that is turned is no new visit`() {
        begin()
        val screen = Robolectric.buildActivity(Activity::class.java).setup()
        assertContains(next(), "Application Opened")
        screen.recreate()
        assertNull(received.poll(1, TimeUnit.SECONDS))
    }

    @Test
    fun `without consent nothing is sent and nothing is stored`() {
        begin(Consent.REQUIRED)
        Openbook.identify("u-1", mapOf("name" to "Ada"))
        Openbook.screen("Home")
        assertNull(received.poll(1, TimeUnit.SECONDS))
        assertEquals(0, application.noBackupFilesDir.resolve("openbook").walk().count { it.isFile })
        Openbook.consent(true)
        assertContains(next(), "u-1")
    }

    @Test
    fun `before setup every call is taken and does nothing`() {
        Openbook.screen("Home")
        Openbook.identify(null)
        Openbook.flush()
        assertNull(received.poll(200, TimeUnit.MILLISECONDS))
    }
}
