package dev.openbook

import android.app.Application
import android.content.Context
import dev.openbook.core.Consent
import dev.openbook.core.Engine
import dev.openbook.core.World
import java.io.File

/**
 * openbook in an Android app. Call [setup] once, as `Application.onCreate` does best; every other call is
 * taken from any thread, returns at once and never throws.
 */
public object Openbook {
    private class Running(val world: World) {
        lateinit var engine: Engine
    }

    @Volatile
    private var running: Running? = null

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
            Running(World(host.trimEnd('/'))).also { running = it }
        }
        fresh.world.run {
            val facts = AndroidFacts(application)
            // No backup: a restored id would make two phones one.
            val folder = File(application.noBackupFilesDir, "openbook")
            fresh.engine = Engine(folder, writeKey, consent, facts::read, fresh.world).also(Engine::start)
        }
        if (tellsLifecycle && application is Application) {
            application.registerActivityLifecycleCallbacks(
                Lifecycle({ tell { foreground(); resume() } }, { tell(Engine::background) }),
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

    /** The person's answer: with a no, all that is stored on this device goes, and nothing more is sent. */
    @JvmStatic
    public fun consent(isGiven: Boolean): Unit = tell { consent(isGiven) }

    /** Somebody else uses the app now, or nobody: after a log-out. */
    @JvmStatic
    public fun reset(): Unit = tell(Engine::reset)

    /** Send now what waits. */
    @JvmStatic
    public fun flush(): Unit = tell(Engine::flush)

    /** The token under which your push service reaches this device, if you hand it over. */
    @JvmStatic
    public fun setPushToken(token: String): Unit = tell { setPushToken(token) }

    private fun tell(act: Engine.() -> Unit) {
        val running = running ?: return
        running.world.run { running.engine.act() }
    }

    /** As if the process began anew; for tests. */
    internal fun forget() {
        running?.world?.stop()
        running = null
    }
}
