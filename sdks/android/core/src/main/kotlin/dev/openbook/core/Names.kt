package dev.openbook.core

import java.text.SimpleDateFormat
import java.util.Date
import java.util.Locale
import java.util.TimeZone
import java.util.UUID

/** 122 random bits. */
internal fun randomId(): String = UUID.randomUUID().toString()

/** ISO 8601 in UTC, with milliseconds. */
internal fun iso(time: Long): String =
    SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.US)
        .apply { timeZone = TimeZone.getTimeZone("UTC") }
        .format(Date(time))
