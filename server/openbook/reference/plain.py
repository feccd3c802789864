"""An OpenAPI document without the framework's noise."""

from typing import Any

_NOISE = frozenset({"deprecated", "allowEmptyValue", "allowReserved"})


def without_noise(part: Any) -> Any:
    """`oneOf` of a type and null is a type; false flags go."""
    if isinstance(part, list):
        return [without_noise(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {
        key: without_noise(value)
        for key, value in part.items()
        if not (key in _NOISE and value is False)
    }
    choices = part.get("oneOf")
    if isinstance(choices, list):
        types = [choice for choice in choices if choice != {"type": "null"}]
        nullable = len(types) < len(choices)
        if part.keys() & {"in"}:
            return part
        if len(types) == 1 and not (nullable and "type" not in types[0]):
            (only,) = types
            del part["oneOf"]
            part = only | part
            if nullable:
                part["type"] = [only["type"], "null"]
    if part.get("in") in ("query", "path") and isinstance(part.get("schema"), dict):
        part["schema"] = _without_null(part["schema"])
    return part


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or not; it is never null. Its description stands beside it."""
    types = schema.get("type")
    if isinstance(types, list):
        kept = [one for one in types if one != "null"]
        schema["type"] = kept[0] if len(kept) == 1 else kept
    if "enum" in schema:
        schema["enum"] = [one for one in schema["enum"] if one is not None]
    schema.pop("description", None)
    return schema
