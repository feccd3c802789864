package dev.openbook.core

import java.io.File
import java.nio.file.Path
import kotlin.test.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir

/** Each call of `spec/sdk/wire.json` makes exactly the message that stands there. */
class WireTest {
    @TempDir lateinit var folder: Path

    @TestFactory
    fun `every call makes the message of the vectors`(): List<DynamicTest> =
        (vectors("wire.json")["cases"] as List<*>).map { it as Map<*, *> }
            .filter { it["platform"] == "android" }
            .map { case -> dynamicTest(case["name"] as String) { check(case) } }

    private fun check(case: Map<*, *>) {
        val own = File(folder.toFile(), case["name"] as String)
        val world = Simulated()
        val engine = Engine(own, "KEY", Consent.ASSUMED, { factsOf(case["device"] as Map<*, *>) }, world)
        (case["before"] as List<*>).map { it as List<*> }.forEach { call(engine, it[0] as String, it.drop(1)) }
        engine.flush()
        world.sent.toList().forEach { it.answered(Answer(200, null, "{\"success\":true}")) }
        world.advance(60_000)
        world.sent.clear()
        call(engine, case["call"] as String, case["arguments"] as List<*>)
        val body = Json.read(checkNotNull(world.sent.last().request.body)) as Map<*, *>
        val message = (body["batch"] as List<*>).last() as Map<*, *>
        val shown = message + mapOf("messageId" to "\$id", "anonymousId" to "\$installation", "timestamp" to "\$now")
        assertEquals(case["message"], shown)
        assertEquals(iso(world.now()), message["timestamp"])
        assertEquals(engine.installation, message["anonymousId"])
        assert((message["messageId"] as String).length in 20..36)
    }
}

internal fun factsOf(device: Map<*, *>): Facts = Facts(
    appName = device["label"] as String?,
    appVersion = device["versionName"] as String?,
    manufacturer = device["MANUFACTURER"] as String?,
    model = device["MODEL"] as String?,
    device = device["DEVICE"] as String?,
    osVersion = device["RELEASE"] as String?,
    locale = device["locale"] as String?,
    timezone = device["timezone"] as String?,
)

@Suppress("UNCHECKED_CAST")
internal fun call(engine: Engine, name: String, given: List<*>) {
    val values = given.getOrNull(1) as Map<String, Any?>?
    when (name) {
        "screen" -> engine.screen(given[0] as String, values)
        "track" -> engine.track(given[0] as String, values)
        "identify" -> engine.identify(given[0] as String?, values, given.getOrNull(2) as String?)
        "setPushToken" -> engine.setPushToken(given[0] as String?)
        "consent" -> engine.consent(given[0] as Boolean)
        "foreground" -> engine.foreground()
        "background" -> engine.background()
        "online" -> engine.resume()
        "reset" -> engine.reset()
        "flush" -> engine.flush()
        else -> error("The vectors know a call that this test does not: $name")
    }
}
