package dev.openbook

import android.annotation.SuppressLint
import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Intent
import android.graphics.Color
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowInsets
import android.webkit.JavascriptInterface
import android.webkit.ValueCallback
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.webkit.WebViewClient
import android.widget.FrameLayout
import dev.openbook.core.ChatPage
import dev.openbook.core.ChatPass

/** The chat: the server's own page, in the platform's web view. Opened by [Openbook.openChat]. */
public class ChatActivity : Activity() {
    private lateinit var view: WebView
    private lateinit var page: ChatPage
    private var files: ValueCallback<Array<Uri>>? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        // The system may bring this screen back in a process in which the app has not called setup.
        page = Openbook.chatPage() ?: return finish()
        view = WebView(this)
        val frame = FrameLayout(this)
        frame.setBackgroundColor(Color.WHITE)
        frame.addView(view)
        frame.setOnApplyWindowInsetsListener { it, insets -> keepClear(it, insets) }
        setContentView(frame)
        prepare(view)
        Openbook.showsChat(this)
        Openbook.chat { pass -> runOnUiThread { begin(pass) } }
    }

    @SuppressLint("SetJavaScriptEnabled") // it is a page of the app's own server, and shows no other
    private fun prepare(view: WebView) {
        view.settings.javaScriptEnabled = true
        view.settings.domStorageEnabled = true
        view.settings.allowFileAccess = false
        view.settings.setGeolocationEnabled(false)
        view.webViewClient = OnlyOurs()
        view.webChromeClient = FileChoice()
    }

    private fun begin(pass: ChatPass) {
        if (isFinishing || isDestroyed) return
        view.addJavascriptInterface(Bridge(pass), "openbookApp")
        view.loadUrl(page.address)
    }

    /** Bars, notches and the keyboard cover nothing of the page. */
    @Guarded
    private fun keepClear(view: View, insets: WindowInsets): WindowInsets {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val kinds = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
            val covered = insets.getInsets(kinds)
            view.setPadding(covered.left, covered.top, covered.right, covered.bottom)
            return WindowInsets.CONSUMED
        }
        @Suppress("DEPRECATION")
        view.setPadding(
            insets.systemWindowInsetLeft,
            insets.systemWindowInsetTop,
            insets.systemWindowInsetRight,
            insets.systemWindowInsetBottom,
        )
        @Suppress("DEPRECATION")
        return insets.consumeSystemWindowInsets()
    }

    override fun onPause() {
        super.onPause()
        if (::view.isInitialized) view.onPause()
    }

    override fun onResume() {
        super.onResume()
        if (::view.isInitialized) view.onResume()
    }

    override fun onDestroy() {
        super.onDestroy()
        files?.onReceiveValue(null)
        if (!::view.isInitialized) return
        Openbook.closesChat(this)
        view.destroy()
    }

    @Deprecated("The platform's own way for screens without further libraries.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        if (requestCode != CHOOSE) return
        val chosen = if (resultCode == RESULT_OK && data != null) chosen(data) else null
        files?.onReceiveValue(chosen)
        files = null
    }

    private fun chosen(data: Intent): Array<Uri>? {
        val several = data.clipData ?: return data.data?.let { arrayOf(it) }
        return Array(several.itemCount) { several.getItemAt(it).uri }
    }

    /** The page is shown; what a conversation links to opens in the browser. */
    internal inner class OnlyOurs : WebViewClient() {
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean =
            leave(request.url.toString())

        @Deprecated("Asked by Android 5 and 6.")
        override fun shouldOverrideUrlLoading(view: WebView, url: String): Boolean = leave(url)

        private fun leave(address: String): Boolean {
            if (page.isOurs(address)) return false
            if (page.isForBrowser(address)) {
                try {
                    startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(address)))
                } catch (_: ActivityNotFoundException) {
                    // nothing on this device opens such a link
                }
            }
            return true
        }
    }

    internal inner class FileChoice : WebChromeClient() {
        override fun onShowFileChooser(
            view: WebView,
            callback: ValueCallback<Array<Uri>>,
            wanted: FileChooserParams,
        ): Boolean {
            files?.onReceiveValue(null)
            files = callback
            val choice = wanted.createIntent()
            if (wanted.mode == FileChooserParams.MODE_OPEN_MULTIPLE) choice.putExtra(Intent.EXTRA_ALLOW_MULTIPLE, true)
            return try {
                @Suppress("DEPRECATION")
                startActivityForResult(choice, CHOOSE)
                true
            } catch (_: ActivityNotFoundException) {
                files = null
                false
            }
        }
    }

    /** What the page may ask of the app and tell it; called on a thread of the web view's. */
    internal class Bridge(private val pass: ChatPass) {
        @JavascriptInterface
        fun session(): String = pass.toJson()

        @JavascriptInterface
        fun tell(name: String, detail: String) {
            if (name == "unread") detail.toIntOrNull()?.let(Openbook::hearUnread)
        }
    }

    private companion object {
        const val CHOOSE = 1
    }
}
