package dev.openbook

import android.annotation.SuppressLint
import android.content.Context
import android.os.Handler
import android.os.Looper
import android.webkit.WebView
import dev.openbook.core.ChatPage

/** Ends the chat of a person who is gone: at the server, and in what the web view keeps. */
internal object Farewell {
    private const val LONG_ENOUGH = 10_000L

    /** [host] is the page's own, so that the web view lets it at what the chat kept, and at nothing else. */
    fun say(context: Context, host: String, page: ChatPage) {
        val main = Handler(Looper.getMainLooper())
        main.post {
            val view = try {
                begin(context)
            } catch (_: RuntimeException) {
                return@post // a device whose web view is missing or being updated: the next opening forgets
            }
            view.loadDataWithBaseURL("$host/", page.farewell(), "text/html", "utf-8", null)
            main.postDelayed(view::destroy, LONG_ENOUGH)
        }
    }

    @SuppressLint("SetJavaScriptEnabled")
    private fun begin(context: Context): WebView = WebView(context).apply {
        settings.javaScriptEnabled = true
        settings.domStorageEnabled = true
    }
}
