"""What the mobile SDKs collect, in the words of the app stores: made from the catalogue.

Apple reads a property list inside the SDK (PrivacyInfo.xcprivacy), Google Play a CSV that the
developer of an app imports (data safety). Both name kinds of data, not fields: here stands which
kind a field is of, so a field that an app may send and that has no kind cannot go unnoticed.
"""

import csv
import io
import plistlib
from collections.abc import Iterable

import msgspec

from openbook.catalogue.field import Source
from openbook.catalogue.fields import FIELDS

PURPOSE = "NSPrivacyCollectedDataTypePurpose"
HEADER = (
    "Question ID (machine readable)",
    "Response ID (machine readable)",
    "Response value",
    "Answer requirement",
    "Human-friendly question label",
)


class Kind(msgspec.Struct, frozen=True):
    """A kind of data: what each store calls it, and whether it also serves to count."""

    apple: str
    question: str
    play: str
    label: str
    counts: bool = False


USER_ID = Kind("UserID", "PSL_DATA_TYPES_PERSONAL", "PSL_USER_ACCOUNT", "User IDs")
EMAIL = Kind("EmailAddress", "PSL_DATA_TYPES_PERSONAL", "PSL_EMAIL", "Email address")
NAME = Kind("Name", "PSL_DATA_TYPES_PERSONAL", "PSL_NAME", "Name")
OTHER = Kind("OtherDataTypes", "PSL_DATA_TYPES_PERSONAL", "PSL_OTHER_PERSONAL", "Other info")
PLACE = Kind(
    "CoarseLocation", "PSL_DATA_TYPES_LOCATION", "PSL_APPROX_LOCATION", "Approximate location"
)
VISIT = Kind(
    "ProductInteraction", "PSL_DATA_TYPES_APP_ACTIVITY", "PSL_USER_INTERACTION",
    "App interactions", counts=True,
)  # fmt: skip
APP = Kind(
    "OtherDiagnosticData", "PSL_DATA_TYPES_APP_PERFORMANCE", "PSL_OTHER_PERFORMANCE",
    "Other app performance data",
)  # fmt: skip
DEVICE = Kind("DeviceID", "PSL_DATA_TYPES_IDENTIFIERS", "PSL_DEVICE_ID", "Device or other IDs")
CHAT = Kind(
    "CustomerSupport", "PSL_DATA_TYPES_EMAIL_AND_TEXT", "PSL_OTHER_MESSAGES",
    "Other in-app messages",
)  # fmt: skip
PICTURES = Kind("PhotosorVideos", "PSL_DATA_TYPES_PHOTOS_AND_VIDEOS", "PSL_PHOTOS", "Photos")
FILES = Kind(
    "OtherUserContent", "PSL_DATA_TYPES_FILES_AND_DOCS", "PSL_FILES_AND_DOCS", "Files and docs"
)

OF_FIELDS: dict[str, Kind] = {
    "user_id": USER_ID,
    "email": EMAIL,
    "name": NAME,
    "timezone": OTHER,
    "browser_language": OTHER,
}
"""Fields that stand alone; the others go by their section."""
OF_SECTIONS: dict[str, Kind] = {
    "place": PLACE,
    "visit": VISIT,
    "history": VISIT,
    "android": APP,
    "ios": APP,
}
OF_SESSIONS = ("_sessions", "_last_seen_at")
"""Endings of fields that say when somebody was here, whatever section they stand in."""
BESIDE = (DEVICE, CHAT, PICTURES, FILES)
"""No fields: the installation's own id and the push token, and what is said in the chat."""


def kind_of(field_id: str, section: str) -> Kind | None:
    """The kind of data that a field is; None where nobody has said."""
    if field_id.endswith(OF_SESSIONS):
        return VISIT
    return OF_FIELDS.get(field_id) or OF_SECTIONS.get(section)


def kinds(platform: Source) -> list[Kind]:
    """All kinds of data that an app on this platform sends or that are derived from it."""
    found = [
        kind
        for field in FIELDS
        if platform in field.sources or field.section == "place"
        if (kind := kind_of(field.id, field.section)) is not None
    ]
    return list(dict.fromkeys([*found, *BESIDE]))


def privacy_manifest() -> bytes:
    """Apple's PrivacyInfo.xcprivacy."""
    return plistlib.dumps(
        {
            "NSPrivacyTracking": False,
            "NSPrivacyTrackingDomains": [],
            "NSPrivacyCollectedDataTypes": [_apple(kind) for kind in kinds(Source.IOS)],
            # What time has gone by between two events of the app, for waits: reason 35F9.1.
            "NSPrivacyAccessedAPITypes": [
                {
                    "NSPrivacyAccessedAPIType": "NSPrivacyAccessedAPICategorySystemBootTime",
                    "NSPrivacyAccessedAPITypeReasons": ["35F9.1"],
                }
            ],
        },
        sort_keys=False,
    )


def data_safety() -> str:
    """Google Play's data safety answers for what this SDK adds to an app, as CSV."""
    rows: list[tuple[str, str, str, str, str]] = [
        _row("PSL_DATA_COLLECTION_COLLECTS_PERSONAL_DATA", "", "REQUIRED", "Collects user data"),
        _row("PSL_DATA_COLLECTION_ENCRYPTED_IN_TRANSIT", "", "MAYBE_REQUIRED", "Encrypted"),
        _row(
            "PSL_SUPPORT_DATA_DELETION_BY_USER", "DATA_DELETION_YES", "SINGLE_CHOICE",
            "People can ask for their data to be deleted",
        ),
    ]  # fmt: skip
    declared = kinds(Source.ANDROID)
    rows += [_row(kind.question, kind.play, "MULTIPLE_CHOICE", kind.label) for kind in declared]
    for kind in declared:
        rows += _usage(kind)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue()


def _apple(kind: Kind) -> dict[str, object]:
    purposes = ["AppFunctionality", *(["Analytics"] if kind.counts else [])]
    return {
        "NSPrivacyCollectedDataType": f"NSPrivacyCollectedDataType{kind.apple}",
        "NSPrivacyCollectedDataTypeLinked": True,
        "NSPrivacyCollectedDataTypeTracking": False,
        "NSPrivacyCollectedDataTypePurposes": [f"{PURPOSE}{name}" for name in purposes],
    }


def _usage(kind: Kind) -> Iterable[tuple[str, str, str, str, str]]:
    about = f"PSL_DATA_USAGE_RESPONSES:{kind.play}"
    yield _row(
        f"{about}:PSL_DATA_USAGE_COLLECTION_AND_SHARING", "PSL_DATA_USAGE_ONLY_COLLECTED",
        "MULTIPLE_CHOICE", f"{kind.label}: collected, not shared",
    )  # fmt: skip
    kept = f"{kind.label}: not ephemeral"
    yield _row(f"{about}:PSL_DATA_USAGE_EPHEMERAL", "", "MAYBE_REQUIRED", kept, "false")
    yield _row(
        f"{about}:DATA_USAGE_USER_CONTROL", "PSL_DATA_USAGE_USER_CONTROL_OPTIONAL",
        "SINGLE_CHOICE", f"{kind.label}: people can choose",
    )  # fmt: skip
    purposes = ["PSL_APP_FUNCTIONALITY", *(["PSL_ANALYTICS"] if kind.counts else [])]
    for purpose in purposes:
        question = f"{about}:DATA_USAGE_COLLECTION_PURPOSE"
        yield _row(question, purpose, "MULTIPLE_CHOICE", f"{kind.label}: purpose")


def _row(
    question: str, response: str, requirement: str, label: str, value: str = "true"
) -> tuple[str, str, str, str, str]:
    return question, response, value, requirement, label
