"""Examples of the visitor's side of the chat for the OpenAPI document."""

from typing import Any

_CONVERSATION = "01939d92-4c00-7b13-8d44-3e4f5a6b7c8d"
_MESSAGE = "01939d92-4c00-7b13-8d44-3e4f5a6b7c8e"
_CID = "7f1c2a3b4d5e4f60a1b2c3d4e5f60718"
_AT = 1_795_435_380.25
_HEAD: dict[str, Any] = {
    "id": _CONVERSATION, "status": "open", "seq": 2, "read_seq": 1, "received_seq": 2,
    "team_read_seq": 2, "unread": 1, "preview": "It is. Shall we keep one for you?",
    "last_at": _AT + 60, "last_from": "team", "with": {"name": "Ada Byron", "initials": "AB"},
}  # fmt: skip
_OWN: dict[str, Any] = {
    "seq": 1, "id": _MESSAGE, "cid": _CID, "from": "contact", "name": None, "initials": None,
    "kind": "message", "text": "Hello, is the blue one in stock?", "event": None, "files": [],
    "created_at": _AT,
}  # fmt: skip
_REPLY = _OWN | {
    "seq": 2, "id": "01939d93-4c00-7b13-8d44-3e4f5a6b7c8f", "cid": None, "from": "team",
    "name": "Ada Byron", "initials": "AB", "text": _HEAD["preview"], "created_at": _AT + 60,
}  # fmt: skip
_OPENED = _HEAD | {
    "seq": 1, "received_seq": 1, "team_read_seq": 0, "unread": 0, "preview": _OWN["text"],
    "last_at": _AT, "last_from": "contact", "with": None,
}  # fmt: skip

ANSWERS: dict[str, Any] = {
    "beginChatSession": {
        "token": "obc_3Yh0rX1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9",
        "expires_at": _AT + 7_776_000,
        "verified": False,
        "refused": None,
        "contact": {"name": None, "email_known": False},
    },
    "endChatSession": {},
    "waitingConversations": {"conversations": [_HEAD], "unread": 1},
    "listOwnConversations": {"conversations": [_HEAD], "unread": 1},
    "beginOwnConversation": {"conversation": _OPENED, "message": _OWN},
    "readOwnConversation": {"messages": [_OWN, _REPLY], "more": False, "head": _HEAD},
    "sendOwnMessage": _OWN | {"seq": 3, "text": "Yes, please."},
    "markOwnRead": {},
    "markOwnReceived": {},
    "typeInOwnConversation": {},
    "claimOwnContact": {},
}
BODIES: dict[str, Any] = {
    "beginChatSession": {"lasting": True, "locale": "en-GB"},
    "waitingConversations": {
        "anonymous_id": "1f0c2a3b4d5e4f60a1b2c3d4e5f60718",
        "proof": "q3h0rX1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9",
    },
    "beginOwnConversation": {
        "cid": _CID,
        "text": _OWN["text"],
        "page": {"url": "https://shop.example/lamps/blue"},
    },
    "sendOwnMessage": {"cid": "8f1c2a3b4d5e4f60a1b2c3d4e5f60719", "text": "Yes, please."},
    "markOwnRead": {"seq": 2},
    "markOwnReceived": {"seq": 2},
    "claimOwnContact": {"email": "ada@example.com"},
}
