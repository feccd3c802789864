package dev.openbook

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import dev.openbook.core.Facts
import java.util.Locale
import java.util.TimeZone

/** Reads what is collected of the app and the device; none of it needs a permission. */
internal class AndroidFacts(private val context: Context) {
    fun read(): Facts = Facts(
        appName = context.applicationInfo.loadLabel(context.packageManager).toString(),
        appVersion = version(),
        manufacturer = Build.MANUFACTURER,
        model = Build.MODEL,
        device = Build.DEVICE,
        osVersion = Build.VERSION.RELEASE,
        locale = locale().toLanguageTag(),
        timezone = TimeZone.getDefault().id,
    )

    private fun version(): String? = try {
        context.packageManager.getPackageInfo(context.packageName, 0).versionName
    } catch (_: PackageManager.NameNotFoundException) {
        null
    }

    @Guarded
    private fun locale(): Locale {
        val configuration = context.resources.configuration
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.N) return configuration.locales[0]
        @Suppress("DEPRECATION")
        return configuration.locale
    }
}
