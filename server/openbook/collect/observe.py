"""From a message and its stamp to an observation: who sent it, from what kind of device."""

from typing import Any

from openbook.catalogue.field import Source, Trust
from openbook.collect.observation import Observation, Stamp
from openbook.collect.wire import TYPES, WITHDRAW, Context, Message

NO_CONTEXT = Context()
ACTIVE = frozenset({"page", "screen", "track", "identify", "group"})
_MOBILE = {"android": Source.ANDROID, "ios": Source.IOS, "ipados": Source.IOS}


def observe(
    message: Message, stamp: Stamp, before: Observation | None = None
) -> Observation | None:
    """The observation; None where the message's type is none that is known.

    `before` is one of the same request: of an equal context nothing is worked out again.
    """
    type_ = message.type.lower() if isinstance(message.type, str) else None
    if type_ not in TYPES and type_ != WITHDRAW:
        return None
    context = message.context or NO_CONTEXT
    if before is not None and is_same(context, before.context):
        platform, scene = before.platform, before.scene
    else:
        platform, scene = platform_of(context), None
    return Observation(
        message=message,
        context=context,
        stamp=stamp,
        type=type_,
        source=Source.SERVER if stamp.from_server else _MOBILE.get(platform, Source.WEB),
        platform=platform,
        trust=Trust.SERVER if stamp.from_server else Trust.ANONYMOUS,
        occurred_at=stamp.received_at,
        said=[],
        groups={},
        scene=scene,
        left_out={},
        active=not stamp.from_server and type_ in ACTIVE,
    )


def is_same(a: Context, b: Context) -> bool:
    """Whether two contexts say the same."""
    try:
        return a == b
    except RecursionError:  # lists in lists in lists
        return False


def platform_of(context: Context) -> str:
    """web, android or ios, by what the SDKs of Segment and RudderStack say of the device."""
    if context.device is not None and (found := _mobile(context.device.type)):
        return found
    has_app = context.device is not None or context.app is not None
    if has_app and context.os is not None and (found := _mobile(context.os.name)):
        return found
    return "web"


def _mobile(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    name = value.strip().lower()
    return "ios" if name == "ipados" else name if name in _MOBILE else None
