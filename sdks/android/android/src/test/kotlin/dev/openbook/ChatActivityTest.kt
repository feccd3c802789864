package dev.openbook

import android.app.Activity
import android.app.Application
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Looper
import android.view.ViewGroup
import android.webkit.ValueCallback
import android.webkit.WebChromeClient
import android.webkit.WebView
import com.sun.net.httpserver.HttpServer
import dev.openbook.core.Consent
import java.io.File
import java.net.InetSocketAddress
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.test.AfterTest
import kotlin.test.BeforeTest
import kotlin.test.Test
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], manifest = Config.NONE)
class ChatActivityTest {
    private val asked = LinkedBlockingQueue<String>()
    private val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
    private val application: Application get() = RuntimeEnvironment.getApplication()
    private val host get() = "http://127.0.0.1:${server.address.port}"

    @BeforeTest
    fun serve() {
        server.createContext("/") { exchange ->
            val sent = exchange.requestBody.readBytes().decodeToString()
            asked.add("${exchange.requestURI.path} $sent")
            val answer = """{"success":true,"proof":"p-1","conversations":[],"unread":2}""".encodeToByteArray()
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

    private fun begin(consent: Consent = Consent.ASSUMED) = Openbook.setup(application, "KEY", host, consent)

    private fun until(what: String, isSo: () -> Boolean) {
        val deadline = System.nanoTime() + 10_000_000_000
        while (!isSo()) {
            check(System.nanoTime() < deadline) { what }
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(10)
        }
    }

    private fun opened(): ActivityController<ChatActivity> = Robolectric.buildActivity(ChatActivity::class.java).setup()

    private fun view(chat: Activity): WebView =
        (chat.findViewById<ViewGroup>(android.R.id.content)!!.getChildAt(0) as ViewGroup).getChildAt(0) as WebView

    private fun loaded(chat: Activity): WebView = view(chat).also {
        until("the page is loaded") { shadowOf(it).lastLoadedUrl != null }
    }

    @Test
    fun `the page is opened as this installation, and its address says nothing of it`() {
        begin()
        Openbook.identify("u-1", null, "a.b.c")
        val screen = Robolectric.buildActivity(Activity::class.java).setup().get()
        Openbook.openChat(screen)
        assertEquals(ChatActivity::class.java.name, shadowOf(screen).nextStartedActivity.component?.className)
        val web = loaded(opened().get())
        assertEquals("$host/chat/KEY", shadowOf(web).lastLoadedUrl)
        val bridge = shadowOf(web).getJavascriptInterface("openbookApp") as ChatActivity.Bridge
        assertContains(bridge.session(), """"proof":"p-1","token":"a.b.c"""")
        assertFalse(web.settings.allowFileAccess)
    }

    @Test
    fun `links leave the app, and nothing but the chat is shown in it`() {
        begin()
        val chat = opened().get()
        val client = shadowOf(loaded(chat)).webViewClient
        @Suppress("DEPRECATION")
        fun leaves(address: String) = client.shouldOverrideUrlLoading(view(chat), address)
        assertFalse(leaves("$host/chat/KEY"))
        assertTrue(leaves("https://shop.example/terms"))
        val started = shadowOf(chat).nextStartedActivity
        assertEquals(Intent.ACTION_VIEW to Uri.parse("https://shop.example/terms"), started.action to started.data)
        for (other in listOf("intent://x#Intent;scheme=http;end", "javascript:1", "file:///data")) assertTrue(leaves(other))
        assertNull(shadowOf(chat).nextStartedActivity)
    }

    @Test
    fun `files that were chosen go to the page, and none where the person went back`() {
        begin()
        val chat = opened().get()
        val client = assertNotNull(shadowOf(loaded(chat)).webChromeClient)
        val chosen = ArrayList<List<Uri>?>()
        val wanted = object : WebChromeClient.FileChooserParams() {
            override fun getMode() = MODE_OPEN_MULTIPLE
            override fun getAcceptTypes() = arrayOf("image/*")
            override fun isCaptureEnabled() = false
            override fun getTitle() = null
            override fun getFilenameHint() = null
            override fun createIntent() = Intent(Intent.ACTION_GET_CONTENT).setType("image/*")
        }
        val files = listOf("content://a/1", "content://a/2").map(Uri::parse)
        fun choose(result: Int, data: Intent?) {
            client.onShowFileChooser(view(chat), ValueCallback { chosen.add(it?.toList()) }, wanted)
            val asked = shadowOf(chat).nextStartedActivityForResult
            assertTrue(asked.intent.getBooleanExtra(Intent.EXTRA_ALLOW_MULTIPLE, false))
            shadowOf(chat).receiveResult(asked.intent, result, data)
        }
        val both = Intent().apply {
            clipData = ClipData.newRawUri("", files[0]).apply { addItem(ClipData.Item(files[1])) }
        }
        choose(Activity.RESULT_OK, both)
        choose(Activity.RESULT_OK, Intent().setData(files[0]))
        choose(Activity.RESULT_CANCELED, null)
        assertEquals(listOf(files, listOf(files[0]), null), chosen)
    }

    @Test
    fun `back closes the chat, and what waits is asked once more`() {
        begin()
        val counts = ArrayList<Int>()
        val chat = opened()
        loaded(chat.get())
        Openbook.setUnreadListener(counts::add)
        until("what waits is known") { counts == listOf(2) }
        val bridge = shadowOf(view(chat.get())).getJavascriptInterface("openbookApp") as ChatActivity.Bridge
        bridge.tell("unread", "1")
        bridge.tell("unread", "many")
        until("the page told it") { counts == listOf(2, 1) }
        @Suppress("DEPRECATION")
        chat.get().onBackPressed()
        assertTrue(chat.get().isFinishing)
        chat.pause().stop().destroy()
        until("asked again") { counts == listOf(2, 1, 2) }
        assertTrue(asked.any { it.startsWith("/v1/chat/KEY/waiting ") && "p-1" in it })
    }

    @Test
    fun `after a log-out the screen closes and the next person has a chat of their own`() {
        begin()
        Openbook.identify("u-1", null, "a.b.c")
        val chat = opened().get()
        val first = shadowOf(loaded(chat)).getJavascriptInterface("openbookApp") as ChatActivity.Bridge
        Openbook.reset()
        until("the screen closes") { chat.isFinishing }
        Openbook.screen("Home")
        val next = shadowOf(loaded(opened().get())).getJavascriptInterface("openbookApp") as ChatActivity.Bridge
        assertFalse("token" in next.session())
        assertTrue(first.session().substringBefore(",") != next.session().substringBefore(","))
    }

    @Test
    fun `the app is given the network and nothing else, and no other app opens the chat`() {
        val manifest = File("src/main/AndroidManifest.xml").readText()
        val permissions = Regex("uses-permission[^>]*name=\"([^\"]*)").findAll(manifest).map { it.groupValues[1] }.toList()
        assertEquals(listOf("android.permission.INTERNET"), permissions)
        assertContains(manifest, "android:name=\"${ChatActivity::class.java.name}\"")
        assertContains(manifest, "android:exported=\"false\"")
    }

    @Test
    fun `without consent the chat is a stranger's, and without setup it closes`() {
        assertTrue(Robolectric.buildActivity(ChatActivity::class.java).create().get().isFinishing)
        begin(Consent.REQUIRED)
        val bridge = shadowOf(loaded(opened().get())).getJavascriptInterface("openbookApp") as ChatActivity.Bridge
        assertEquals("{}", bridge.session())
        assertNull(asked.poll(200, TimeUnit.MILLISECONDS))
    }
}
