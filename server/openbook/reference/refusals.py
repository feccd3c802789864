"""What operations refuse, and with which body: RFC 9457."""

from typing import Any

from openbook.collect.reference import collect_paths
from openbook.errors import BadInput, problem
from openbook.reference.bodies import RAW_BODIES

REFUSALS: dict[str, str] = {
    "400": "Something in the request is not right; `detail` says what.",
    "401": "Nobody is signed in, and the API token is missing or not valid.",
    "403": "The role or the API token lacks the scope, or the request is not from a page of ours.",
    "404": "There is no such thing.",
    "405": "The address does not take this method.",
    "409": "It contradicts what is there; `code` and `detail` say how.",
    "413": "The body is too large.",
    "415": "The body is coded in a way that is not taken.",
    "429": "Too many; `Retry-After` says when to come again.",
    "503": "Not now; `Retry-After` says when to come again.",
}
CONTRADICTED = frozenset(
    {"createContact", "patchContact", "deleteContact", "mergeContacts", "splitContacts"}
    | {"previewMerge", "previewSplit", "withdrawValue", "importContacts", "importContactsInSteps"}
    | {"makeView", "beginBulk", "stopBulk", "undoBulk", "makeTag", "changeTag"}
    | {"signInByLink", "addPasskey", "beginPasskey", "askToConfirm", "askForSecondPasskey"}
    | {"mailSignInLink", "beginTotp", "confirmTotp", "removeTotp"}
    | {"invite", "acceptInvitation", "changeRole", "removeMember", "revokeWriteKey"}
    | {"clearStored", "changeChatSettings", "startConversation", "sendMessage"}
    | {"patchConversation", "readMessages", "unreadMessages", "mergeConversations"}
    | {"markSpam", "unmarkSpam", "makeCannedReply", "changeCannedReply"}
    | {"beginOwnConversation", "sendOwnMessage"}
)
"""What can answer 409."""


def refusals(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Status -> the answer, for all that this operation may refuse."""
    codes = {"400", "405", "503"}
    if operation.get("security") != [{}]:
        codes |= {"401"} if path not in collect_paths() else {"401", "415", "429"}
    guarded = operation.get("security") not in ([{}], [{"writeKey": []}])
    proving = method == "post" and path.startswith(("/api/sign-in", "/api/invitations"))
    if proving or path in ("/api/me/confirm", "/api/me/totp", "/api/mail/test"):
        codes |= {"401", "403", "429"}
    if path == "/api/provider/test":
        codes |= {"404", "429"}
    if path not in collect_paths() and guarded:
        codes.add("403")
    if "{" in path or path.startswith("/.well-known/") or path == "/sourceConfig":
        codes.add("404")
    if operation["operationId"] in ("startConversation", "showChatAvatar", "beginBulk"):
        codes.add("404")
    if operation["operationId"] in CONTRADICTED:
        codes.add("409")
    if path.startswith("/v1/chat/"):
        codes.add("429")
    if "requestBody" in operation:
        codes.add("413")
    if operation["operationId"] in RAW_BODIES:
        codes |= {"415", "429"}
    return {
        code: {
            "description": REFUSALS[code],
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for code in sorted(codes)
    }


def problem_schema() -> dict[str, Any]:
    """The schema of every refusal's body, with an example."""
    body = problem(BadInput("limit: Expected `int` <= 200."))
    return {
        "type": "object",
        "description": "A refusal (RFC 9457). `code` is stable; `contact_id` names the contact "
        "that is in the way, where one is.",
        "properties": {
            **{name: {"type": "integer" if name == "status" else "string"} for name in body},
            "contact_id": {"type": "string", "format": "uuid"},
        },
        "required": sorted(body),
        "example": body,
    }
