"""The catalogue: the forty fields in the article's order, then what is derived beside them.

Data only. Tables, ingest filter, REST schema, list filters, CSV columns, the public page and the
labels of exports are made from this list; what is not in it cannot be kept.
"""

from openbook.catalogue.field import Field, Source, Trust

WEB, ANDROID, IOS, SERVER = Source.WEB, Source.ANDROID, Source.IOS, Source.SERVER
AGENT, CHAT, MAIL, IMPORT, DERIVED = (
    Source.AGENT,
    Source.CHAT,
    Source.MAIL,
    Source.IMPORT,
    Source.DERIVED,
)
DEVICES = (WEB, ANDROID, IOS)
CLIENTS = (WEB, ANDROID, IOS, SERVER)
EVERYONE = (WEB, ANDROID, IOS, SERVER, AGENT, CHAT, IMPORT)
BY_HAND = ("agent", "server", "import")

ANSWER = "to know whom we talk to and to answer them"
ROUTE = "to answer in the right place, time and language"
SECURE = "security, and to find the approximate place"
SUPPORT = "to see what the person sees when they ask for help"
MEASURE = "to learn which campaign or site brought the person here"
RESPECT = "to respect the person's choice and to keep our mail wanted"
LIVELY = "to show when the person was here and when we last spoke"

FORTY: tuple[Field, ...] = (
    Field(
        id="user_id", number=1, label="user_id", type="text", section="who", keeping="asserted",
        about="The identifier that the business's own application uses for you, if it sent one.",
        sources=EVERYONE, purpose=ANSWER, legal_basis="contract", written_by=BY_HAND,
        floor=Trust.CLAIMED, limit=255,
    ),
    Field(
        id="email", number=2, label="email", type="email", section="who", keeping="asserted",
        about="Your e-mail address, if you or the business gave it.",
        sources=(*EVERYONE, MAIL), purpose=ANSWER, legal_basis="contract", written_by=BY_HAND,
        floor=Trust.CLAIMED, limit=320,
    ),
    Field(
        id="name", number=3, label="name", type="text", section="who", keeping="asserted",
        about="Your name, if you or the business gave it.",
        sources=EVERYONE, purpose=ANSWER, legal_basis="contract", written_by=BY_HAND,
        floor=Trust.CLAIMED, limit=255,
    ),
    Field(
        id="last_page_viewed", number=4, label="last_page_viewed", type="url", section="visit",
        keeping="group", group="page", limit=2048,
        about="The address of the page you opened last, without what follows # and without the "
        "query string unless the business allows a key of it.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="last_page_viewed_at", number=5, label="last_page_viewed_at", type="time",
        section="visit", keeping="group", group="page",
        about="When you opened that page.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="ip", number=6, label="IP Address", type="ip", section="place",
        keeping="group", group="connection",
        about="The network address you last connected from; the business may choose to keep it "
        "shortened or not at all.",
        sources=CLIENTS, purpose=SECURE,
    ),
    Field(
        id="timezone", number=7, label="Timezone", type="zone", section="place",
        keeping="group", group="timezone", limit=64,
        about="The time zone set in your browser or device.",
        sources=CLIENTS, purpose=ROUTE,
    ),
    Field(
        id="latitude", number=8, label="Latitude", type="number", section="place",
        keeping="group", group="connection",
        about="An approximate latitude, looked up from the network address in a local database.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="longitude", number=9, label="Longitude", type="number", section="place",
        keeping="group", group="connection",
        about="An approximate longitude, looked up from the network address in a local database.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="city", number=10, label="City", type="text", section="place",
        keeping="group", group="connection", limit=128,
        about="The approximate city of your network address.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="postal_code", number=11, label="Postal code", type="text", section="place",
        keeping="group", group="connection", limit=32,
        about="The approximate postal code of your network address.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="region", number=12, label="Region", type="text", section="place",
        keeping="group", group="connection", limit=128,
        about="The approximate region of your network address.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="country", number=13, label="Country", type="text", section="place",
        keeping="group", group="connection", limit=64,
        about="The country of your network address.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="country_code", number=14, label="Country Code", type="text", section="place",
        keeping="group", group="connection", limit=2,
        about="The two-letter code of that country.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="isp", number=15, label="ISP", type="text", section="place",
        keeping="group", group="connection", limit=255,
        about="The name of the internet provider, or of the organisation that runs the network.",
        sources=(DERIVED,), purpose=SECURE,
    ),
    Field(
        id="browser_name", number=16, label="Browser Name", type="text", section="browser",
        keeping="group", group="browser", limit=64,
        about="The browser you use.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="browser_version", number=17, label="Browser Version", type="text", section="browser",
        keeping="group", group="browser", limit=64,
        about="The version of that browser.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="browser_language", number=18, label="Browser Language", type="text",
        section="browser", keeping="group", group="language", limit=35,
        about="The language your browser or device asks for.",
        sources=CLIENTS, purpose=ROUTE,
    ),
    Field(
        id="os", number=19, label="OS", type="text", section="browser",
        keeping="group", group="browser", limit=64,
        about="The operating system your browser runs on.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="os_version", number=20, label="OS Version", type="text", section="browser",
        keeping="group", group="browser", limit=64,
        about="The version of that system, where the browser tells it.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="web_sessions", number=21, label="Web session", type="integer", section="history",
        keeping="computed",
        about="How many visits you made in a browser; a pause of 30 minutes ends one.",
        sources=(WEB,), purpose=LIVELY,
    ),
    Field(
        id="first_seen_at", number=22, label="First time seen at", type="time",
        section="history", keeping="computed",
        about="When the business first met you.",
        sources=(*EVERYONE, MAIL), purpose=LIVELY, written_by=("import",),
    ),
    Field(
        id="bounce", number=23, label="Bounce", type="choice", section="mail", keeping="state",
        choices=("none", "soft", "hard"),
        about="Whether mail to your address came back, for a while (soft) or for good (hard).",
        sources=(MAIL,), purpose=RESPECT,
    ),
    Field(
        id="unsubscribed", number=24, label="Unsubscribe", type="flag", section="mail",
        keeping="state",
        about="Whether you asked not to get newsletters; answers to you still arrive.",
        sources=(MAIL, SERVER, AGENT, IMPORT), purpose=RESPECT, legal_basis="legal obligation",
        written_by=BY_HAND, floor=Trust.SERVER,
    ),
    Field(
        id="spam", number=25, label="Spam", type="flag", section="mail", keeping="state",
        about="Whether the team marked this contact as spam.",
        sources=(AGENT,), purpose="to keep the team's inbox usable", written_by=("agent",),
        floor=Trust.SERVER,
    ),
    Field(
        id="last_activity_at", number=26, label="Last activity", type="time", section="history",
        keeping="state",
        about="When the business last wrote to you or answered you.",
        sources=(AGENT, MAIL), purpose=LIVELY,
    ),
    Field(
        id="utms", number=27, label="UTMs", type="map", section="campaign",
        keeping="group", group="campaign", limit=255, on=False,
        about="The campaign labels (utm_...) in the link that last brought you here.",
        sources=(WEB, SERVER), purpose=MEASURE, legal_basis="consent",
    ),
    Field(
        id="referrer", number=28, label="Referrer", type="text", section="campaign",
        keeping="group", group="referrer", limit=255,
        about="The site that linked you here: only its domain, never the page.",
        sources=(WEB, SERVER), purpose=MEASURE,
    ),
    Field(
        id="android_app_name", number=29, label="Android App Name", type="text",
        section="android", keeping="group", group="android", limit=255,
        about="The name of the business's Android app that you use.",
        sources=(ANDROID,), purpose=SUPPORT,
    ),
    Field(
        id="android_app_version", number=30, label="Android App Version", type="text",
        section="android", keeping="group", group="android", limit=64,
        about="The version of that app.",
        sources=(ANDROID,), purpose=SUPPORT,
    ),
    Field(
        id="android_device", number=31, label="Android Device", type="text", section="android",
        keeping="group", group="android", limit=255,
        about="The maker and model of your Android device.",
        sources=(ANDROID,), purpose=SUPPORT,
    ),
    Field(
        id="android_os_version", number=32, label="Android OS Version", type="text",
        section="android", keeping="group", group="android", limit=64,
        about="The version of Android on it.",
        sources=(ANDROID,), purpose=SUPPORT,
    ),
    Field(
        id="android_sessions", number=33, label="Android session", type="integer",
        section="android", keeping="computed",
        about="How many times you used the app on the Android device seen last.",
        sources=(ANDROID,), purpose=LIVELY,
    ),
    Field(
        id="android_last_seen_at", number=34, label="Android last seen at", type="time",
        section="android", keeping="computed",
        about="When you last used the Android app.",
        sources=(ANDROID,), purpose=LIVELY,
    ),
    Field(
        id="ios_app_name", number=35, label="iOS App Name", type="text", section="ios",
        keeping="group", group="ios", limit=255,
        about="The name of the business's iOS app that you use.",
        sources=(IOS,), purpose=SUPPORT,
    ),
    Field(
        id="ios_app_version", number=36, label="iOS App Version", type="text", section="ios",
        keeping="group", group="ios", limit=64,
        about="The version of that app.",
        sources=(IOS,), purpose=SUPPORT,
    ),
    Field(
        id="ios_device", number=37, label="iOS Device", type="text", section="ios",
        keeping="group", group="ios", limit=255,
        about="The model of your Apple device; never the name you gave it.",
        sources=(IOS,), purpose=SUPPORT,
    ),
    Field(
        id="ios_os_version", number=38, label="iOS OS Version", type="text", section="ios",
        keeping="group", group="ios", limit=64,
        about="The version of its system.",
        sources=(IOS,), purpose=SUPPORT,
    ),
    Field(
        id="ios_sessions", number=39, label="iOS session", type="integer", section="ios",
        keeping="computed",
        about="How many times you used the app on the Apple device seen last.",
        sources=(IOS,), purpose=LIVELY,
    ),
    Field(
        id="ios_last_seen_at", number=40, label="iOS last seen at", type="time", section="ios",
        keeping="computed",
        about="When you last used the iOS app.",
        sources=(IOS,), purpose=LIVELY,
    ),
)  # fmt: skip

BESIDE: tuple[Field, ...] = (
    Field(
        id="last_seen_at", label="Last seen at", type="time", section="history",
        keeping="computed",
        about="When you last used the site or the app.",
        sources=(*DEVICES, CHAT), purpose=LIVELY,
    ),
    Field(
        id="last_screen", label="Last screen", type="text", section="visit",
        keeping="group", group="screen", limit=255,
        about="The screen of the app you opened last.",
        sources=(ANDROID, IOS), purpose=SUPPORT,
    ),
    Field(
        id="first_utms", label="First UTMs", type="map", section="campaign", keeping="computed",
        part_of="utms", limit=255, on=False,
        about="The campaign labels in the link that first brought you here.",
        sources=(WEB, SERVER), purpose=MEASURE, legal_basis="consent",
    ),
    Field(
        id="accuracy_km", label="Accuracy", type="number", section="place",
        keeping="group", group="connection", part_of="latitude",
        about="How far off the approximate place may be, in kilometres.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="place_timezone", label="Time zone of the place", type="zone", section="place",
        keeping="group", group="connection", part_of="timezone", limit=64,
        about="The time zone of the approximate place, shown where your device told none.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="place_source", label="Source of the place", type="text", section="place",
        keeping="group", group="connection", part_of="country", limit=64,
        about="The database the approximate place was looked up in.",
        sources=(DERIVED,), purpose=ROUTE,
    ),
    Field(
        id="isp_source", label="Source of the provider", type="text", section="place",
        keeping="group", group="connection", part_of="isp", limit=64,
        about="The database the provider was looked up in.",
        sources=(DERIVED,), purpose=SECURE,
    ),
    Field(
        id="browser_variant", label="Browser variant", type="text", section="browser",
        keeping="group", group="browser", part_of="browser_name", limit=32,
        about="Whether that browser is a desktop, a mobile or an in-app one.",
        sources=(WEB, SERVER), purpose=SUPPORT,
    ),
    Field(
        id="android_device_name", label="Android device, as sold", type="text",
        section="android", keeping="group", group="android", part_of="android_device", limit=255,
        about="The name your Android device is sold under.",
        sources=(DERIVED,), purpose=SUPPORT,
    ),
    Field(
        id="unsubscribed_at", label="Unsubscribed at", type="time", section="mail",
        keeping="state", part_of="unsubscribed",
        about="When that choice was made.",
        sources=(MAIL, SERVER, AGENT, IMPORT), purpose=RESPECT, legal_basis="legal obligation",
    ),
    Field(
        id="unsubscribed_how", label="Unsubscribed how", type="text", section="mail",
        keeping="state", part_of="unsubscribed", limit=32,
        about="How that choice was made.",
        sources=(MAIL, SERVER, AGENT, IMPORT), purpose=RESPECT, legal_basis="legal obligation",
    ),
    Field(
        id="spam_at", label="Marked as spam at", type="time", section="mail", keeping="state",
        part_of="spam",
        about="When the team marked this contact as spam.",
        sources=(AGENT,), purpose="to keep the team's inbox usable",
    ),
    Field(
        id="spam_by", label="Marked as spam by", type="text", section="mail", keeping="state",
        part_of="spam", limit=64,
        about="Who in the team marked this contact as spam.",
        sources=(AGENT,), purpose="to keep the team's inbox usable",
    ),
)  # fmt: skip

FIELDS: tuple[Field, ...] = FORTY + BESIDE
BY_ID: dict[str, Field] = {field.id: field for field in FIELDS}
SWITCHES: frozenset[str] = frozenset(field.switch for field in FIELDS)
GROUPS: dict[str, tuple[Field, ...]] = {
    group: tuple(field for field in FIELDS if field.group == group)
    for group in (
        "page", "screen", "connection", "browser", "language", "timezone",
        "referrer", "campaign", "android", "ios",
    )
}  # fmt: skip
"""Registers: fields observed together, of which the latest observation wins whole."""
