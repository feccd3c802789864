package dev.openbook.core

/** JSON as text, from maps, lists, texts, numbers, truth values and null; and the other way round. */
internal object Json {
    fun write(value: Any?): String = StringBuilder().also { put(it, value) }.toString()

    /** Null where the text is no JSON. Numbers become [Double]. */
    fun read(text: String): Any? = try {
        Reader(text).whole()
    } catch (_: Malformed) {
        null
    }

    private fun put(out: StringBuilder, value: Any?) {
        when (value) {
            null -> out.append("null")
            is Map<*, *> -> putAll(out, '{', value.entries, '}') {
                text(out, it.key.toString())
                out.append(':')
                put(out, it.value)
            }
            is Iterable<*> -> putAll(out, '[', value, ']') { put(out, it) }
            is Array<*> -> put(out, value.asList())
            is Boolean, is Int, is Long, is Short, is Byte -> out.append(value)
            is Number -> out.append(number(value))
            else -> text(out, value.toString())
        }
    }

    private fun <T> putAll(out: StringBuilder, open: Char, items: Iterable<T>, close: Char, one: (T) -> Unit) {
        out.append(open)
        items.forEachIndexed { at, item ->
            if (at > 0) out.append(',')
            one(item)
        }
        out.append(close)
    }

    /** JSON knows neither infinity nor what is no number. */
    private fun number(value: Number): String {
        val known = value.toDouble()
        if (known.isNaN() || known.isInfinite()) return "null"
        val isWhole = (value is Double || value is Float) && known == Math.rint(known) && Math.abs(known) < 1e15
        return if (isWhole) known.toLong().toString() else value.toString()
    }

    private fun text(out: StringBuilder, value: String) {
        out.append('"')
        for ((at, letter) in value.withIndex()) when {
            letter == '"' || letter == '\\' -> out.append('\\').append(letter)
            letter < ' ' -> out.append(String.format("\\u%04x", letter.code))
            // Half of a pair is no text: no UTF-8 has it, and PostgreSQL takes none.
            letter.isSurrogate() && !isPaired(value, at) -> out.append('\uFFFD')
            else -> out.append(letter)
        }
        out.append('"')
    }

    private fun isPaired(value: String, at: Int): Boolean = if (value[at].isHighSurrogate()) {
        at + 1 < value.length && value[at + 1].isLowSurrogate()
    } else {
        at > 0 && value[at - 1].isHighSurrogate()
    }

    private class Malformed : Exception()

    private class Reader(private val text: String) {
        private var at = 0
        private var depth = 0

        fun whole(): Any? {
            val value = value()
            blank()
            if (at < text.length) throw Malformed()
            return value
        }

        private fun value(): Any? {
            blank()
            if (at >= text.length || ++depth > DEEPEST) throw Malformed()
            val value = when (text[at]) {
                '{' -> map()
                '[' -> list()
                '"' -> string()
                't' -> word("true", true)
                'f' -> word("false", false)
                'n' -> word("null", null)
                else -> digits()
            }
            depth--
            return value
        }

        private fun map(): Map<String, Any?> {
            val found = LinkedHashMap<String, Any?>()
            several('}') {
                blank()
                if (at >= text.length || text[at] != '"') throw Malformed()
                val key = string()
                blank()
                expect(':')
                found[key] = value()
            }
            return found
        }

        private fun list(): List<Any?> = ArrayList<Any?>().also { found -> several(']') { found.add(value()) } }

        private fun several(close: Char, one: () -> Unit) {
            at++
            blank()
            if (at < text.length && text[at] == close) {
                at++
                return
            }
            while (true) {
                one()
                blank()
                if (at < text.length && text[at] == close) break
                expect(',')
            }
            at++
        }

        private fun string(): String {
            val found = StringBuilder()
            at++
            while (at < text.length && text[at] != '"') {
                val letter = text[at++]
                found.append(if (letter == '\\') escaped() else letter)
            }
            expect('"')
            return found.toString()
        }

        private fun escaped(): Char {
            if (at >= text.length) throw Malformed()
            return when (val letter = text[at++]) {
                'n' -> '\n'
                't' -> '\t'
                'r' -> '\r'
                'b' -> '\b'
                'f' -> '\u000C'
                'u' -> {
                    val code = text.substring(at, minOf(at + 4, text.length)).toIntOrNull(16) ?: throw Malformed()
                    at += 4
                    code.toChar()
                }
                else -> letter
            }
        }

        private fun digits(): Double {
            val from = at
            while (at < text.length && text[at] in "+-.0123456789eE") at++
            return text.substring(from, at).toDoubleOrNull() ?: throw Malformed()
        }

        private fun word(word: String, value: Any?): Any? {
            if (!text.startsWith(word, at)) throw Malformed()
            at += word.length
            return value
        }

        private fun blank() {
            while (at < text.length && text[at] in " \n\r\t") at++
        }

        private fun expect(letter: Char) {
            if (at >= text.length || text[at] != letter) throw Malformed()
            at++
        }
    }

    private const val DEEPEST = 64
}
