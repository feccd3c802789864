package dev.openbook.core

import com.segment.analytics.kotlin.core.Analytics
import com.segment.analytics.kotlin.core.BaseEvent
import com.segment.analytics.kotlin.core.platform.Plugin
import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Ends TLS before the server and passes on what is in it: Segment's clients speak nothing else. */
internal class Terminator(folder: File, private val port: Int) : AutoCloseable {
    private val listening: ServerSocket
    val host: String get() = "localhost:${listening.localPort}/v1"

    init {
        val store = File(folder, "tls.p12")
        val made = ProcessBuilder(
            File(System.getProperty("java.home"), "bin/keytool").path, "-genkeypair", "-alias", "tls", "-keyalg", "EC",
            "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-validity", "2",
            "-keystore", store.path, "-storetype", "PKCS12", "-storepass", PASSWORD,
        ).redirectErrorStream(true).start()
        made.inputStream.readBytes()
        check(made.waitFor() == 0)
        System.setProperty("javax.net.ssl.trustStore", store.path)
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD)
        val keys = KeyStore.getInstance("PKCS12").apply { store.inputStream().use { load(it, PASSWORD.toCharArray()) } }
        val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
        managers.init(keys, PASSWORD.toCharArray())
        val context = SSLContext.getInstance("TLS").apply { init(managers.keyManagers, null, null) }
        listening = context.serverSocketFactory.createServerSocket(0, 50, InetAddress.getByName("localhost"))
        begin { while (true) join(listening.accept()) }
    }

    private fun join(outside: Socket) {
        val inside = Socket("127.0.0.1", port)
        for ((from, to) in listOf(outside to inside, inside to outside)) begin {
            from.use { to.use { from.getInputStream().copyTo(to.getOutputStream()) } }
        }
    }

    /** Ends, quietly, with the connection. */
    private fun begin(work: () -> Unit) = Thread { runCatching(work) }.apply { isDaemon = true }.start()

    override fun close(): Unit = listening.close()

    private companion object {
        const val PASSWORD = "of-no-secret"
    }
}

/** Says of the phone what the Android part of Segment's client says, under the same names. */
internal class PhoneContext : Plugin {
    override val type: Plugin.Type = Plugin.Type.Before
    override lateinit var analytics: Analytics

    override fun execute(event: BaseEvent): BaseEvent {
        val told = buildJsonObject {
            putJsonObject("app") {
                put("name", "Corner Shop")
                put("version", "4.2.0")
                put("namespace", "org.shop")
                put("build", "42")
            }
            putJsonObject("device") {
                put("id", "7f3a")
                put("manufacturer", "HUAWEI")
                put("model", "LYA-L29")
                put("name", "HWLYA")
                put("type", "android")
                put("token", "fcm:segment")
            }
            putJsonObject("os") {
                put("name", "Android")
                put("version", "10")
            }
            putJsonObject("screen") { put("density", 2.6) }
            putJsonObject("network") { put("wifi", true) }
            put("locale", "it-IT")
            put("timezone", "Europe/Rome")
        }
        event.context = JsonObject(event.context + told)
        return event
    }
}
