"""Examples of signing in and of the team for the OpenAPI document: made-up people and secrets."""

from typing import Any

_ADA = "01939d80-1a00-7c11-9b22-0c1d2e3f4a5b"
_WORKSPACE = "01939d80-1b00-7d12-8c33-1d2e3f4a5b6c"
_OTHER = "01939d80-1c00-7e13-9d44-2e3f4a5b6c7d"
_AT = 1_795_435_380
_TOKEN = "obl_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0"
_KEY = "ob_EXAMPLEexampleEXAMPLEexam"
_READ = [
    "contacts:read", "contacts:write", "conversations:read", "conversations:write",
    "settings:read", "team:read",
]  # fmt: skip
_ME: dict[str, Any] = {
    "person": {"id": _ADA, "email": "ada@example.com", "name": "Ada Example", "has_password": True},
    "workspaces": [{"id": _WORKSPACE, "name": "Shop", "role": "agent", "scopes": _READ}],
    "workspace": _WORKSPACE,
    "second_factors": ["totp", "recovery"],
    "confirmed_until": _AT + 900,
}
_SIGNED_IN = {"me": _ME, "asked": None}
_CODES = ["k7qe-2mza-pv4w-xnio", "b3yt-hd6c-5rju-elsg"]
_INVITATION = {
    "id": _OTHER, "email": "grace@example.com", "role": "agent", "created_at": _AT,
    "expires_at": _AT + 259_200,
}  # fmt: skip
_LISTED = {
    "id": _OTHER, "name": "shop backend", "role": "custom", "scopes": ["collect"],
    "created_at": _AT, "used_at": _AT + 60, "revoked_at": None,
}  # fmt: skip
_MADE = {"token": "obt_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0", "listed": _LISTED}
_WRITE_KEY = {
    "key": _KEY, "created_at": _AT, "origins": ["https://shop.example"], "used_at": _AT + 3_600,
}  # fmt: skip
_CREDENTIAL = "RVhBTVBMRWV4YW1wbGU"
_CHALLENGE = "b2JsX0VYQU1QTEVleGFtcGxlRVhBTVBMRWV4YW1wbGU"
_PASSKEY = {"id": _OTHER, "name": "Laptop", "created_at": _AT, "used_at": _AT + 60}
_ASKED = {"challenge": _CHALLENGE, "rp_id": "chat.example.com", "allow": [_CREDENTIAL]}
_ANSWER = {
    "id": _CREDENTIAL, "client_data": "eyJ0eXBlIjoiRVhBTVBMRSJ9",
    "authenticator_data": "RVhBTVBMRQ", "signature": "RVhBTVBMRQ",
}  # fmt: skip
_PASSWORD = "five words that nobody says"

ANSWERS: dict[str, Any] = {
    "liveTicket": {"ticket": _TOKEN},
    "liveNews": {
        "version": "261123120102003004.q1Zs8Hn2kPxA", "anew": False, "online": 12,
        "more_online": False, "workspace": _WORKSPACE, "made": [_ADA], "seen": [_OTHER],
        "changed": [], "gone": [], "merged": [],
    },
    "waysToSignIn": {"started": True, "mail": True, "passkeys": True, "provider": "Acme"},
    "signInByLink": _SIGNED_IN,
    "signInByPassword": {
        "me": None,
        "asked": {"token": _TOKEN, "second_factors": ["totp", "recovery"]},
    },
    "giveSecondFactor": _SIGNED_IN,
    "showMe": _ME,
    "renameMe": _ME,
    "listSessions": {
        "items": [
            {
                "id": _OTHER, "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Firefox/145.0",
                "method": "password", "created_at": _AT, "seen_at": _AT + 600, "current": True,
            }
        ]
    },
    "beginTotp": {
        "secret": "EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM",
        "uri": "otpauth://totp/openbook:ada%40example.com"
        "?secret=EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM&issuer=openbook",
    },
    "confirmTotp": {"codes": _CODES},
    "newRecoveryCodes": {"codes": _CODES},
    "listPasskeys": {"items": [_PASSKEY]},
    "beginPasskey": {
        "challenge": _CHALLENGE, "rp_id": "chat.example.com", "user_id": "AZOdgBoAfBGbIgwdLj9KWw",
        "user_name": "ada@example.com", "display_name": "Ada Example", "exclude": [],
    },
    "renamePasskey": {"items": [_PASSKEY]},
    "askProvider": {
        "url": "https://id.example.com/authorize?response_type=code&client_id=openbook"
    },
    "signInByProvider": _SIGNED_IN,
    "addPasskey": {"passkey": _PASSKEY, "codes": _CODES},
    "askToConfirm": _ASKED,
    "askForPasskey": {**_ASKED, "allow": []},
    "askForSecondPasskey": _ASKED,
    "signInByPasskey": _SIGNED_IN,
    "createWorkspace": _ME,
    "chooseWorkspace": _ME,
    "renameWorkspace": {"id": _WORKSPACE, "name": "Shop"},
    "showTeam": {
        "members": [
            {
                "id": _ADA, "email": "ada@example.com", "name": "Ada Example", "role": "owner",
                "joined_at": _AT, "second_factor": True, "you": True,
            }
        ],
        "invitations": [_INVITATION],
    },
    "invite": {"invitation": _INVITATION, "mailed": True, "url": None},
    "lookAtInvitation": {
        "workspace": "Shop", "role": "agent", "email": "grace@example.com",
        "expires_at": _AT + 259_200,
    },
    "acceptInvitation": _SIGNED_IN,
    "listTokens": {"items": [_LISTED]},
    "createToken": _MADE,
    "rotateToken": _MADE,
    "listWriteKeys": {"items": [_WRITE_KEY]},
    "createWriteKey": _WRITE_KEY,
    "changeWriteKey": _WRITE_KEY,
    "showMail": {
        "ready": True, "sender": "openbook <openbook@example.com>",
        "address": "https://chat.example.com",
        "server": {
            "host": "mail.example.com", "port": 465, "security": "tls", "user": "openbook",
        },
        "variables": [{"name": "OPENBOOK_SMTP_URL", "set": True}],
    },
    "testMail": {"to": "ada@example.com"},
    "showProvider": {
        "ready": True, "label": "Acme", "issuer": "https://id.example.com/realms/acme",
        "client_id": "openbook", "domains": ["acme.example"],
        "return_to": "https://chat.example.com/api/sign-in/provider/return",
        "variables": [{"name": "OPENBOOK_OIDC_ISSUER", "set": True}],
    },
    "testProvider": {
        "issuer": "https://id.example.com/realms/acme",
        "authorization_endpoint": "https://id.example.com/realms/acme/auth",
    },
}  # fmt: skip
"""Operation -> an answer."""

BODIES: dict[str, Any] = {
    "signInByLink": {"token": _TOKEN, "email": "ada@example.com", "name": "Ada Example"},
    "signInByPassword": {"email": "ada@example.com", "password": _PASSWORD},
    "mailSignInLink": {"email": "ada@example.com"},
    "giveSecondFactor": {"token": _TOKEN, "code": "492039"},
    "askForSecondPasskey": {"token": _TOKEN},
    "signInByPasskey": {**_ANSWER, "user_handle": "AZOdgBoAfBGbIgwdLj9KWw"},
    "addPasskey": {
        "name": "Laptop", "id": _CREDENTIAL, "client_data": "eyJ0eXBlIjoiRVhBTVBMRSJ9",
        "attestation": "RVhBTVBMRQ",
    },
    "signInByProvider": {"state": _TOKEN, "code": "EXAMPLEcode", "iss": "https://id.example.com"},
    "renamePasskey": {"name": "Old laptop"},
    "renameMe": {"name": "Ada King"},
    "confirmMe": {"password": _PASSWORD},
    "setPassword": {"password": _PASSWORD},
    "confirmTotp": {"code": "492039"},
    "createWorkspace": {"name": "Second shop"},
    "chooseWorkspace": {"workspace": _WORKSPACE},
    "renameWorkspace": {"name": "Shop"},
    "invite": {"email": "grace@example.com", "role": "agent"},
    "changeRole": {"role": "admin"},
    "lookAtInvitation": {"token": "obi_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0"},
    "acceptInvitation": {
        "token": "obi_EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0", "name": "Grace Example",
    },
    "createToken": {"name": "shop backend", "scopes": ["collect"]},
    "createWriteKey": {"origins": ["https://shop.example"]},
    "changeWriteKey": {"origins": ["https://shop.example"]},
}  # fmt: skip
"""Operation -> a body."""
