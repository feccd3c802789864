package shop

import android.app.Activity
import android.app.Application
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import dev.openbook.Openbook
import dev.openbook.core.Consent

/** A small shop: fill in your key and address. */
class ShopApplication : Application() {
    override fun onCreate() {
        super.onCreate()
        Openbook.setup(this, "YOUR_WRITE_KEY", "https://openbook.example.com", Consent.REQUIRED)
    }
}

/** Its only screen. */
class ShopActivity : Activity() {
    private lateinit var chat: Button

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val column = LinearLayout(this).apply { orientation = LinearLayout.VERTICAL }
        chat = column.button("Write to us") { Openbook.openChat(this) }
        column.button("You may know how I use the shop") { Openbook.consent(true) }
        column.button("Sign in as Ada") {
            // The token comes from your backend, which has checked who it is.
            Openbook.identify("42", mapOf("name" to "Ada", "email" to "ada@example.com"))
        }
        column.button("Sign out") { Openbook.reset() }
        column.fitsSystemWindows = true
        setContentView(column)
    }

    override fun onStart() {
        super.onStart()
        Openbook.screen("Shop")
        Openbook.setUnreadListener { chat.text = if (it == 0) "Write to us" else "Write to us ($it)" }
    }

    override fun onStop() {
        super.onStop()
        Openbook.setUnreadListener(null)
    }

    private fun LinearLayout.button(label: String, act: (View) -> Unit): Button =
        Button(context).also {
            it.text = label
            it.setOnClickListener(act)
            addView(it)
        }
}
