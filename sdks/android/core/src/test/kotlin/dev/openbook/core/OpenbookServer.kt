package dev.openbook.core

import java.io.File
import java.net.HttpURLConnection
import java.net.ServerSocket
import java.net.URL
import java.util.concurrent.TimeUnit

/** The real server, started for the tests from the environment beside the repository's root. */
internal class OpenbookServer(private val data: File) : AutoCloseable {
    private val root = generateSequence(File("").absoluteFile) { it.parentFile }.first { File(it, "spec/sdk").isDirectory }
    private val program = File(root, ".venv/bin/openbook").also {
        check(it.canExecute()) { "There is no $it: `make setup` makes it." }
    }
    val port = ServerSocket(0).use { it.localPort }
    val url = "http://127.0.0.1:$port"
    private val process: Process = command("serve", "--port", "$port").redirectError(File(data.path + ".log")).start()
    val writeKey: String
    private val token: String

    init {
        val deadline = System.nanoTime() + 180_000_000_000
        while (status("$url/health/ready") != 200) {
            check(process.isAlive && System.nanoTime() < deadline) { File(data.path + ".log").readText() }
            Thread.sleep(100)
        }
        writeKey = (Json.read(said("workspace", "show", "--json")) as Map<*, *>)["write_key"] as String
        token = (Json.read(said("token", "create", "--name", "test", "--scope", "contacts:read", "--json")) as Map<*, *>)["token"] as String
    }

    fun said(vararg words: String): String {
        val child = command(*words).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val text = child.inputStream.bufferedReader().readText()
        check(child.waitFor() == 0) { "openbook ${words.joinToString(" ")} failed" }
        return text
    }

    fun api(path: String): Any? {
        val connection = URL(url + path).openConnection() as HttpURLConnection
        connection.setRequestProperty("Authorization", "Bearer $token")
        return Json.read(connection.inputStream.bufferedReader().readText())
    }

    private fun status(address: String): Int = runCatching {
        (URL(address).openConnection() as HttpURLConnection).responseCode
    }.getOrDefault(0)

    private fun command(vararg words: String): ProcessBuilder = ProcessBuilder(program.path, *words).apply {
        environment().keys.removeIf { it.startsWith("OPENBOOK_") }
        environment()["OPENBOOK_DATA"] = data.path
    }

    override fun close() {
        process.destroy()
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly()
    }
}
