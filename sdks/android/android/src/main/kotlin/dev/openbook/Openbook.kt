package dev.openbook

import android.app.Activity
import android.app.Application
import android.content.Context
import android.content.Intent
import android.os.Handler
import android.os.Looper
import dev.openbook.core.ChatPage
import dev.openbook.core.ChatPass
import dev.openbook.core.Consent
import dev.openbook.core.Engine
import dev.openbook.core.World
import java.io.File
import java.lang.ref.WeakReference

/**
 * openbook in an Android app. Call [setup] once, as `Application.onCreate` does best; every other call is
 * taken from any thread, returns at once and never throws.
 */
public object Openbook {
    /** Hears how many messages of the team were not read yet; on the main thread. */
    public fun interface UnreadListener {
        public fun onUnread(count: Int)
    }

    private class Running(val context: Context, val host: String, writeKey: String) {
        val world = World(host)
        val page = ChatPage(host, writeKey)
        lateinit var engine: Engine
    }

    @Volatile
    private var running: Running? = null

    @Volatile
    private var unread: UnreadListener? = null
    private var open: WeakReference<Activity>? = null

    /**
     * Begin. [host] is the address of your server, `https://chat.example.com`. [consent] says whether anything
     * may be stored and sent before the person answered; null asks your workspace. A second call does nothing.
     */
    @JvmStatic
    @JvmOverloads
    public fun setup(
        context: Context,
        writeKey: String,
        host: String,
        consent: Consent? = null,
        tellsLifecycle: Boolean = true,
    ) {
        val application = context.applicationContext
        val fresh = synchronized(this) {
            if (running != null) return
            Running(application, host.trimEnd('/'), writeKey).also { running = it }
        }
        fresh.world.run {
            val facts = AndroidFacts(application)
            // No backup: a restored id would make two phones one.
            val folder = File(application.noBackupFilesDir, "openbook")
            fresh.engine = Engine(folder, writeKey, consent, facts::read, fresh.world).also(Engine::start)
        }
        if (tellsLifecycle && application is Application) {
            application.registerActivityLifecycleCallbacks(
                Lifecycle(::comeToFront) { tell(Engine::background) },
            )
        }
    }

    /** The person who uses the app is this user of yours. [token] is signed by your backend. */
    @JvmStatic
    @JvmOverloads
    public fun identify(userId: String?, traits: Map<String, Any?>? = null, token: String? = null): Unit =
        tell { identify(userId, traits, token) }

    /** A screen is shown. */
    @JvmStatic
    @JvmOverloads
    public fun screen(name: String, properties: Map<String, Any?>? = null): Unit = tell { screen(name, properties) }

    /** Something happened. */
    @JvmStatic
    @JvmOverloads
    public fun track(event: String, properties: Map<String, Any?>? = null): Unit = tell { track(event, properties) }

    /**
     * The person's answer: with a no, all that is stored on this device goes, and nothing more is sent but that a push
     * token ends that was handed over.
     */
    @JvmStatic
    public fun consent(isGiven: Boolean) {
        if (!isGiven) endChat()
        tell { consent(isGiven) }
    }

    /** Somebody else uses the app now, or nobody: after a log-out. */
    @JvmStatic
    public fun reset() {
        endChat()
        tell(Engine::reset)
    }

    /** Send now what waits. */
    @JvmStatic
    public fun flush(): Unit = tell(Engine::flush)

    /**
     * The token under which your push service reaches this device, if you hand it over; null takes it back, and so
     * does [reset]: hand it over again for the next person.
     */
    @JvmStatic
    public fun setPushToken(token: String?): Unit = tell { setPushToken(token) }

    /** Show the chat, signed in as this installation and the person who was last identified. */
    @JvmStatic
    public fun openChat(context: Context) {
        val intent = Intent(context, ChatActivity::class.java)
        if (context !is Activity) intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
        context.startActivity(intent)
    }

    /** Be told how many messages of the team wait: each time the app comes to the front, and from the open chat. */
    @JvmStatic
    public fun setUnreadListener(listener: UnreadListener?) {
        unread = listener
        if (listener != null) tell { unread(::hearUnread) }
    }

    internal fun hearUnread(count: Int) {
        Handler(Looper.getMainLooper()).post { unread?.onUnread(count) }
    }

    internal fun chatPage(): ChatPage? = running?.page

    internal fun chat(answered: (ChatPass) -> Unit): Unit = tell { chat(answered) }

    internal fun showsChat(activity: Activity) {
        open = WeakReference(activity)
    }

    internal fun closesChat(activity: Activity) {
        if (open?.get() === activity) open = null
        if (unread != null) tell { unread(::hearUnread) }
    }

    private fun comeToFront() {
        tell {
            foreground()
            resume()
            if (unread != null) unread(::hearUnread)
        }
    }

    /** Before the installation changes: a screen that is open is the former person's. */
    private fun endChat() {
        val running = running ?: return
        running.world.run {
            if (!running.engine.hasChat) return@run
            Handler(Looper.getMainLooper()).post { open?.get()?.finish() }
            Farewell.say(running.context, running.host, running.page)
            hearUnread(0)
        }
    }

    private fun tell(act: Engine.() -> Unit) {
        val running = running ?: return
        running.world.run { running.engine.act() }
    }

    /** As if the process began anew; for tests. */
    internal fun forget() {
        running?.world?.stop()
        running = null
        unread = null
    }
}
