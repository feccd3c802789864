package dev.openbook.core

import java.io.File
import java.nio.file.Path
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.io.TempDir

/** The scenarios of `spec/sdk/behaviour.json`, step by step. */
class BehaviourTest {
    @TempDir lateinit var folder: Path

    @TestFactory
    fun `every scenario goes as the vectors say`(): List<DynamicTest> =
        (vectors("behaviour.json")["scenarios"] as List<*>).map { it as Map<*, *> }
            .map { dynamicTest(it["name"] as String) { Scenario(File(folder.toFile(), it["name"] as String), it).run() } }
}

private class Scenario(private val own: File, private val scenario: Map<*, *>) {
    private val options = scenario["options"] as Map<*, *>
    private val facts = Facts("Shop", "1", "Maker", "Model", "device", "14", "en", "UTC")
    private val world = Simulated()
    private var engine = begin()
    private var before: String? = null

    private fun begin(): Engine {
        val consent = (options["consent"] as String?)?.let { Consent.valueOf(it.uppercase()) }
        return Engine(own, "KEY", consent, { facts }, world).also(Engine::start)
    }

    fun run() = (scenario["steps"] as List<*>).forEachIndexed { at, step ->
        try {
            take(step as Map<*, *>)
        } catch (error: Throwable) {
            throw AssertionError("step ${at + 1}, ${Json.write(step)}: ${error.message}", error)
        }
    }

    private fun take(step: Map<*, *>) {
        when (step.keys.first()) {
            "call" -> {
                if (step["call"] in listOf("reset", "consent")) before = engine.installation
                call(engine, step["call"] as String, step["arguments"] as List<*>)
            }
            "app" -> call(engine, step["app"] as String, emptyList<Any?>())
            "advance" -> world.advance(milliseconds(step["advance"]))
            "clock" -> world.wall += milliseconds(step["clock"])
            "network" -> world.hasNetwork = step["network"] as Boolean
            "request" -> answer(step["request"] as Map<*, *>, step["answer"])
            "quiet" -> assertTrue(world.sent.isEmpty(), "a request is on its way")
            "kill" -> {
                before = engine.installation
                world.kill()
                engine = begin()
                world.advance(0)
            }
            "stored" -> assertEquals((step["stored"] as Double).toInt(), engine.stored)
            "nothing" -> assertEquals(emptyList(), own.walk().filter(File::isFile).toList())
            "state" -> state(step["state"] as Map<*, *>)
            else -> error("a step that this test does not know")
        }
    }

    private fun answer(wanted: Map<*, *>, answer: Any?) {
        val sent = assertNotNull(world.sent.removeFirstOrNull(), "no request is on its way")
        assertEquals(wanted["path"], sent.request.path)
        if (wanted["path"] == "/v1/b") {
            val body = Json.read(checkNotNull(sent.request.body)) as Map<*, *>
            assertEquals("KEY", body["writeKey"])
            val batch = (body["batch"] as List<*>).map { it as Map<*, *> }
            assertEquals(wanted["events"], batch.map { listOfNotNull(it["type"], it["event"] ?: it["name"]).joinToString(" ") })
            assertEquals(wanted["proof"], (batch.last()["context"] as Map<*, *>)["proof"])
            wanted["message"]?.let { assertEquals(filled(it), batch.last()) }
        }
        val given = answer as? Map<*, *> ?: return sent.answered(null)
        val headers = given["headers"] as Map<*, *>? ?: emptyMap<String, String>()
        val body = given["body"]?.let(Json::write).orEmpty()
        sent.answered(Answer((given["status"] as Double).toInt(), headers["Retry-After"] as String?, body))
    }

    private fun filled(wanted: Any?): Any? = when (wanted) {
        is Map<*, *> -> wanted.mapValues { (_, value) -> filled(value) }
        "\$installation" -> before
        "\$now" -> iso(world.now())
        "\$platform" -> "android"
        else -> wanted
    }

    private fun state(wanted: Map<*, *>) {
        if ("userId" in wanted) assertEquals(wanted["userId"], engine.userId)
        if ("consent" in wanted) assertEquals(wanted["consent"] == "granted", engine.answer)
        if ("sameInstallation" in wanted) assertEquals(wanted["sameInstallation"], engine.installation == before)
    }

    private fun milliseconds(seconds: Any?): Long = ((seconds as Double) * 1000).toLong()
}
