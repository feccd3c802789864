"""Examples of the inbox for the OpenAPI document: made-up people and what they might say."""

from typing import Any

_CONVERSATION = "01939d92-4c00-7b13-8d44-3e4f5a6b7c8d"
_OTHER = "01939d92-5d00-7c14-9e55-4f5a6b7c8d9e"
_CONTACT = "01939d90-1a00-7a10-8a11-0b1c2d3e4f5a"
_ADA = "01939d80-1a00-7c11-9b22-0c1d2e3f4a5b"
_TAG = "01939d91-6e00-7d15-8f66-5a6b7c8d9e0f"
_CANNED = "01939d91-7f00-7e16-9077-6b7c8d9e0f1a"
_AT = 1_795_435_380
_BY = {"id": _ADA, "name": "Ada Byron"}
_BRIEF: dict[str, Any] = {
    "id": _CONTACT, "kind": "lead", "name": "Grace", "display_name": "Grace",
    "email": "grace@example.com", "email_verified": False, "online": True, "country_code": "IT",
    "spam": False,
}  # fmt: skip
_SAYS, _ANSWERS = "Hello, is the blue one in stock?", "It is. Shall we keep one for you?"
_SHOWN: dict[str, Any] = {
    "id": _CONVERSATION, "contact": _BRIEF, "status": "open", "snoozed_until": None,
    "assignee": _BY, "tags": [_TAG], "last_seq": 3, "contact_seq": 1, "contact_read_seq": 1,
    "contact_received_seq": 3, "preview": _ANSWERS, "last_from": "team", "last_by": _BY,
    "last_at": _AT + 60, "waiting_since": None, "created_at": _AT, "spam": False, "read_seq": 3,
    "unread": False, "mentioned": False, "assigned": False,
}  # fmt: skip
_SAID: dict[str, Any] = {
    "seq": 1, "public_seq": 1, "id": "01939d92-4c00-7b13-8d44-3e4f5a6b7c8e", "cid": "7f1c2a3b",
    "from": "contact", "by": None, "kind": "message", "text": _SAYS, "event": None,
    "mentions": [], "files": [], "created_at": _AT,
}  # fmt: skip
_ASSIGNED = _SAID | {
    "seq": 2, "public_seq": None, "id": "01939d92-8a00-7f17-9188-7c8d9e0f1a2b", "cid": "8a2d",
    "from": "team", "by": _BY, "kind": "event", "text": "",
    "event": {"name": "assigned", "user_id": _ADA}, "created_at": _AT + 30,
}  # fmt: skip
_ANSWERED = _SAID | {
    "seq": 3, "public_seq": 2, "id": "01939d93-4c00-7b13-8d44-3e4f5a6b7c8f", "cid": "9b3e4f5a",
    "from": "team", "by": _BY, "text": _ANSWERS, "created_at": _AT + 60,
}  # fmt: skip
_BEGUN = _SHOWN | {
    "tags": [], "assignee": None, "last_seq": 1, "contact_seq": 0, "contact_read_seq": 0,
    "contact_received_seq": 0, "preview": "How do you like it?", "read_seq": 1,
    "last_at": _AT, "created_at": _AT,
}  # fmt: skip
_COUNT = {"all": 12, "unread": 3}
_REPLY: dict[str, Any] = {
    "id": _CANNED, "shortcut": "stock", "text": "Hello {{contact.name}}, it is in stock.",
    "changed_at": _AT,
}  # fmt: skip

ANSWERS: dict[str, Any] = {
    "listConversations": {"conversations": [_SHOWN], "next_cursor": None},
    "countConversations": {
        "open": _COUNT,
        "mine": {"all": 4, "unread": 1},
        "unassigned": {"all": 2, "unread": 2},
        "mentions": {"all": 1, "unread": 0},
        "snoozed": {"all": 5, "unread": 0},
        "closed": {"all": 840},
        "spam": {"all": 7},
        "assigned": {"all": 1},
    },
    "getConversation": _SHOWN,
    "getMessages": {
        "conversation": _SHOWN, "messages": [_SAID, _ASSIGNED, _ANSWERED], "more": False,
    },
    "startConversation": {
        "conversation": _BEGUN,
        "message": _ANSWERED | {"seq": 1, "public_seq": 1, "text": _BEGUN["preview"]},
    },
    "sendMessage": _ANSWERED,
    "patchConversation": _SHOWN,
    "readMessages": _SHOWN,
    "unreadMessages": _SHOWN | {"read_seq": 0, "unread": True},
    "mergeConversations": _SHOWN,
    "markSpam": _SHOWN | {"spam": True, "contact": _BRIEF | {"spam": True}},
    "unmarkSpam": _SHOWN,
    "listCannedReplies": {"items": [_REPLY]},
    "makeCannedReply": _REPLY,
    "changeCannedReply": _REPLY,
    "listVisitors": {
        "visitors": [
            {
                "contact": _BRIEF,
                "page": "https://shop.example/lamps/blue",
                "page_since": _AT + 20,
                "last_seen_at": _AT + 60,
                "conversation_id": _CONVERSATION,
            }
        ],
        "more": False,
        "kept": True,
    },
}  # fmt: skip
BODIES: dict[str, Any] = {
    "startConversation": {
        "contact_id": _CONTACT, "cid": "9b3e4f5a", "text": "How do you like it?",
    },
    "sendMessage": {"cid": "9b3e4f5a", "text": _ANSWERS},
    "patchConversation": {"status": "snoozed", "snoozed_until": _AT + 86_400},
    "readMessages": {"seq": 3},
    "tellTyping": {"kind": "message"},
    "mergeConversations": {"other_id": _OTHER},
    "makeCannedReply": {"shortcut": "stock", "text": _REPLY["text"]},
    "changeCannedReply": {"shortcut": "stock", "text": _REPLY["text"]},
}  # fmt: skip
