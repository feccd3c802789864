package dev.openbook

import android.app.Activity
import android.app.Application
import android.os.Bundle

/** Tells when the app comes to the front and when it leaves it: an app is there while any screen is. */
internal class Lifecycle(
    private val toFront: () -> Unit,
    private val toBack: () -> Unit,
) : Application.ActivityLifecycleCallbacks {
    private var started = 0

    override fun onActivityStarted(activity: Activity) {
        if (started++ == 0) toFront()
    }

    override fun onActivityStopped(activity: Activity) {
        // A screen that is turned stops and starts again; the app does not leave for that.
        if (--started == 0 && !activity.isChangingConfigurations) toBack()
    }

    override fun onActivityCreated(activity: Activity, state: Bundle?): Unit = Unit

    override fun onActivityResumed(activity: Activity): Unit = Unit

    override fun onActivityPaused(activity: Activity): Unit = Unit

    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle): Unit = Unit

    override fun onActivityDestroyed(activity: Activity): Unit = Unit
}
