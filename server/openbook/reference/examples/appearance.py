"""Examples of the chat's settings, its files and its mails for the OpenAPI document."""

from typing import Any

_KEY = "ob_h3Jx0qLr9vWb2nTz5yKcUe8m"
_FILE = {
    "id": "01939d92-4c00-7b13-8d44-3e4f5a6b7c90", "name": "receipt.pdf",
    "media_type": "application/pdf", "size": 48_213, "width": None, "height": None,
}  # fmt: skip
_SET: dict[str, Any] = {
    "enabled": True,
    "name": "Bottega",
    "colour": "#0f766e",
    "position": "right",
    "languages": ["en", "it"],
    "default_language": "en",
    "greeting": {"en": "Welcome. How can we help?", "it": "Benvenuti. Come possiamo aiutarvi?"},
    "about": {},
    "team": ["01939d92-4c00-7b13-8d44-3e4f5a6b7c91"],
    "hours": {
        "zone": "Europe/Rome",
        "weekly": [
            {"day": 0, "begins": "09:00", "ends": "13:00"},
            {"day": 0, "begins": "14:30", "ends": "18:00"},
        ],
        "holidays": ["2026-12-25"],
    },
    "expected_reply": "hours",
    "ask": "offline",
    "questions": [
        {
            "id": "topic",
            "label": {"en": "What is it about?", "it": "Di cosa si tratta?"},
            "type": "choice",
            "choices": [{"en": "An order", "it": "Un ordine"}, {"en": "Something else"}],
            "required": False,
            "to": "message",
        }
    ],
    "files": {"enabled": True, "max_bytes": 10_485_760},
    "reply_mail": True,
    "reply_mail_minutes": 5,
}
_SHOWN: dict[str, Any] = _SET | {
    "version": 4,
    "changed_at": 1_795_435_380,
    "avatar": "/api/chat/avatar?v=9f2c1a7b3d5e4f60a1b2c3d4",
    "open": False,
    "opens_at": 1_795_507_200,
    "mail_ready": True,
    "preview": "/static/widget-preview-285991faaf9f7c87.js",
}
ANSWERS: dict[str, Any] = {
    "showChatSettings": _SHOWN,
    "changeChatSettings": _SHOWN,
    "putChatAvatar": _SHOWN,
    "deleteChatAvatar": _SHOWN,
    "getChatConfig": {
        "enabled": True,
        "name": "Bottega",
        "colour": "#0f766e",
        "ink": "#ffffff",
        "position": "right",
        "greeting": "Welcome. How can we help?",
        "about": "Write to us here. The answer comes to the same place.",
        "avatar": f"/v1/chat/{_KEY}/avatar/9f2c1a7b3d5e4f60a1b2c3d4.webp",
        "open": False,
        "opens_at": 1_795_507_200,
        "expected_reply": "hours",
        "team": [{"name": "Ada", "initials": "AB"}],
        "ask": "offline",
        "questions": [
            {
                "id": "topic",
                "label": "What is it about?",
                "type": "choice",
                "choices": ["An order", "Something else"],
                "required": False,
            }
        ],
        "files": {
            "enabled": True,
            "max_bytes": 10_485_760,
            "types": ["application/pdf", "image/jpeg", "image/png", "text/plain"],
        },
        "consent": "assumed",
        "policy_url": f"/what-we-collect?key={_KEY}",
        "language": "en",
        "languages": ["en", "it"],
        "default_language": "en",
        "sound": False,
    },
    "sendChatFile": _FILE,
    "bringFile": _FILE,
    "openMailLink": {
        "token": "obc_3Yh0rX1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9",
        "expires_at": 1_803_211_380.5,
        "conversation_id": "01939d92-4c00-7b13-8d44-3e4f5a6b7c8d",
    },
}
BODIES: dict[str, Any] = {
    "changeChatSettings": _SET | {"version": 4},
    "openMailLink": {"token": "obr_9a8b7c6d5e4f3g2h1i0j9k8l7m6n5o4p3q2r1s0t9u8"},
}
