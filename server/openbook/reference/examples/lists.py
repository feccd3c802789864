"""Examples of saved views and of actions on many contacts for the OpenAPI document."""

from typing import Any

_VIEW = "01939d90-2a00-7f11-8b22-1c2d3e4f5a6b"
_BULK = "01939d91-3b00-7a12-9c33-2d3e4f5a6b7c"
_AT = 1_795_435_380
_FILTER = {"and": [{"field": "country_code", "op": "eq", "value": "IT"}]}
_LAYOUT: dict[str, Any] = {
    "columns": ["contact", "email", "seen"], "widths": {"email": 260}, "density": "compact",
}  # fmt: skip
_WRITTEN = {"name": "From Italy", "shared": True, "q": None, "filter": _FILTER, **_LAYOUT}
_SAVED = {"id": _VIEW, **_WRITTEN, "mine": True, "may_change": True, "changed_at": _AT}
_DOING: dict[str, Any] = {
    "id": _BULK, "action": "spam", "status": "running", "undoing": False, "contacts": 4_200,
    "changed": 1_998, "done": 2_000, "total": 4_200, "may_undo": False, "mine": True,
    "made_at": _AT, "tag": None,
}  # fmt: skip
_TAG: dict[str, Any] = {
    "id": "01939d92-4c00-7b13-8d44-3e4f5a6b7c8d", "name": "VIP", "colour": "violet",
    "made_at": _AT,
}  # fmt: skip
_DONE = _DOING | {"status": "stopped", "may_undo": True}

ANSWERS: dict[str, Any] = {
    "listViews": {"items": [_SAVED], "layout": _LAYOUT},
    "makeView": _SAVED,
    "changeView": _SAVED,
    "restoreView": _SAVED,
    "keepLayout": _LAYOUT,
    "listBulks": {"items": [_DOING]},
    "beginBulk": _DOING | {"status": "waiting", "changed": 0, "done": 0},
    "getBulk": _DOING,
    "stopBulk": _DONE,
    "listTags": {"items": [_TAG | {"contacts": 128, "conversations": 9}]},
    "makeTag": _TAG,
    "changeTag": _TAG | {"colour": "teal"},
    "undoBulk": _DONE | {"status": "waiting", "undoing": True, "done": 0, "total": 1_998},
}
BODIES: dict[str, Any] = {
    "makeView": _WRITTEN,
    "changeView": _WRITTEN | {"name": "Italy"},
    "keepLayout": _LAYOUT,
    "beginBulk": {"action": "spam", "filter": _FILTER},
    "makeTag": {"name": "VIP", "colour": "violet"},
    "changeTag": {"colour": "teal"},
}
