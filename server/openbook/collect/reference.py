"""The collect routes in OpenAPI, by hand: they are plain ASGI, which no framework describes."""

from typing import Any

from openbook.collect.edge import BATCH, METRICS, ROUTES

TAG = "Collect"
ABOUT: dict[str, tuple[str, str]] = {
    "identify": ("Say who somebody is", "Traits are claims unless a signed token proves them."),
    "page": ("Say which page was opened", "The last one is kept, without its query string."),
    "screen": ("Say which screen of an app was opened", "The last one is kept."),
    "track": ("Say that something happened", "It moves the last-seen time; events are not stored."),
    "group": ("Say which group somebody belongs to", "Sets attributes declared for it."),
    "alias": ("Join an anonymous id to a user id", "Only with proof of the same session."),
}
PRIMARY = {f"/v1/{type_}" for type_ in ABOUT} | {"/v1/batch"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "identify": {"userId": "42", "traits": {"email": "ada@example.com", "name": "Ada"}},
    "page": {"context": {"page": {"url": "https://shop.example/pricing"}}},
    "screen": {"name": "Basket"},
    "track": {"event": "Order placed", "properties": {}},
    "group": {"groupId": "acme", "traits": {"plan": "pro"}},
    "alias": {"userId": "42", "previousId": "a-browser"},
}
_MOMENT = "2026-11-23T12:00:00.000Z"


def collect_schemas() -> dict[str, Any]:
    """The shapes of messages, for `components.schemas`."""
    text = {"type": ["string", "null"]}
    message = {
        "type": "object",
        "description": "A message as in the Segment specification; unknown keys are skipped.",
        "properties": {
            "type": {"type": "string", "enum": list(ABOUT)},
            "messageId": text,
            "anonymousId": text,
            "userId": text,
            "previousId": text,
            "timestamp": text,
            "sentAt": text,
            "context": {
                "type": "object",
                "description": "page, campaign, locale, timezone, userAgent, userAgentData, app, "
                "device, os, ip (believed from a server token only), token (a signed identity).",
            },
            "traits": {"type": "object"},
            "properties": {"type": "object"},
            "writeKey": text,
        },
    }
    batch = {
        "type": "object",
        "required": ["batch"],
        "properties": {
            "batch": {
                "type": "array",
                "maxItems": 500,
                "items": {"$ref": "#/components/schemas/Message"},
            },
            "sentAt": text,
            "writeKey": text,
            "context": {"type": "object"},
        },
    }
    stored = {
        "type": "object",
        "required": ["success"],
        "properties": {
            "success": {"const": True},
            "proof": {
                "type": "string",
                "description": "Given to a device once; it proves the same session later.",
            },
            "firstProof": {
                "type": "string",
                "description": "The same in the distributed mode, where it is not known yet "
                "whether the message made the device: for a client that has no proof.",
            },
        },
    }
    return {"Message": message, "Batch": batch, "Stored": stored}


def collect_paths() -> dict[str, Any]:
    """Path -> path item. Short paths of stock clients say which one they stand for."""
    return {path: {"post": _operation(path, type_)} for path, type_ in ROUTES.items()} | {
        METRICS: {"post": _metrics()}
    }


def _operation(path: str, type_: str) -> dict[str, Any]:
    schema = "Batch" if type_ == BATCH else "Message"
    if type_ == BATCH:
        summary, about = "Send messages", "A bad message of a batch is dropped, the rest is kept."
        example: dict[str, Any] = {"batch": [_message("page"), _message("identify")]}
    else:
        summary, about = ABOUT[type_]
        example = _message(type_)
    whole = f"/v1/{type_ or 'batch'}"
    if path not in PRIMARY:
        summary = f"The same as {whole}"
    name = "".join(part.capitalize() for part in path.replace("-", "/").split("/") if part)
    return {
        "tags": [TAG],
        "summary": summary,
        "description": f"{about} Answered when it is stored. Limits: 500 kB a request, "
        "32 kB a message; gzip is taken. 503 (`busy`) where more is sent than can be stored soon, "
        "429 (`workspace_busy`) where one workspace sends more than its part meanwhile: send it "
        "again after `Retry-After`, 1 to 30 seconds; a message that arrives twice counts once.",
        "operationId": f"collect{name}",
        "security": [{"writeKey": []}, {"token": []}, {}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{schema}"},
                    "example": example,
                }
            },
        },
        "responses": {
            "200": {
                "description": "Stored.",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Stored"},
                        "example": {"success": True},
                    }
                },
            }
        },
    }


def _metrics() -> dict[str, Any]:
    return {
        "tags": [TAG],
        "summary": "What stock clients say about themselves",
        "description": "Taken, so that they are content, and thrown away.",
        "operationId": "collectMetrics",
        "security": [{}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {
            "200": {
                "description": "Thrown away.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Stored"}}
                },
            }
        },
    }


def _message(type_: str) -> dict[str, Any]:
    return {
        "type": type_,
        "messageId": f"m-{type_}",
        "anonymousId": "a-browser",
        "timestamp": _MOMENT,
        **EXAMPLES[type_],
    }
