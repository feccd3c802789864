"""What operations take and answer: examples, and bodies that are no JSON."""

from typing import Any

from openbook.reference.examples import ANSWERS, BODIES

_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_ROWS: dict[str, Any] = {
    "text/csv": _TEXT | {"example": "user_id,email,name\r\n42,ada@example.com,Ada\r\n"},
    "application/x-ndjson": _TEXT
    | {"example": '{"user_id": "42", "email": "ada@example.com", "name": "Ada"}\n'},
}
RAW_BODIES: dict[str, dict[str, Any]] = {
    "sendChatFile": {"application/octet-stream": _BYTES},
    "bringFile": {"application/octet-stream": _BYTES},
    "putChatAvatar": dict.fromkeys(("image/png", "image/jpeg", "image/gif", "image/webp"), _BYTES),
}
"""Operations whose body is the file itself."""
_SAID = {"201": "Made.", "204": "Done.", "302": "It is where `Location` says."}
_ROW_BODIES = {"importContacts": _ROWS, "importContactsInSteps": _ROWS}
_RAW_ANSWERS: dict[str, dict[str, Any]] = {
    "getChatFile": {"application/octet-stream": _BYTES},
    "fetchFile": {"application/octet-stream": _BYTES},
    "getChatAvatar": {"image/webp": _BYTES},
    "showChatAvatar": {"image/webp": _BYTES},
    "exportContacts": {"text/csv": _TEXT, "application/x-ndjson": _TEXT},
    "importContactsInSteps": {"application/x-ndjson": _TEXT},
    "getTranscript": {"text/plain": _TEXT, "text/html": _TEXT},
}


def show(operation: dict[str, Any]) -> None:
    """Enter the examples of an operation, and the kinds of its bodies that are no JSON."""
    name = operation["operationId"]
    for code, answer in list(operation["responses"].items()):
        if not code.startswith(("2", "3")):
            del operation["responses"][code]
            continue
        answer["description"] = _SAID.get(code, "The answer.")
        answer.pop("headers", None)
        if name in ANSWERS:
            for content in answer.get("content", {}).values():
                content["example"] = ANSWERS[name]
    if raw := (RAW_BODIES | _ROW_BODIES).get(name):
        operation["requestBody"] = {"required": True, "content": raw}
    elif name in BODIES:
        for content in operation["requestBody"]["content"].values():
            content["example"] = BODIES[name]
    if name in _RAW_ANSWERS:
        operation["responses"]["200"]["content"] = _RAW_ANSWERS[name]
