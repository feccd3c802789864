"""Who chats in `chat.py`: visitors with a session and a conversation, members who are signed in."""

import asyncio
import http.client
import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from crowd import requests
from loading import run
from measuring import Server

from openbook import clock
from openbook.accounts.people.actions import create_person
from openbook.accounts.people.queries import insert_membership
from openbook.accounts.sign_in.actions import make_one_time_token
from openbook.catalogue.policy import read_policy
from openbook.conversations.actions import Changes, append_message, open_conversation
from openbook.conversations.schemas import BY_CONTACT, BY_TEAM, Writing
from openbook.conversations.visiting.lifetimes import new_chat_token
from openbook.conversations.visiting.queries import insert_session
from openbook.conversations.visiting.schemas import ChatSession
from openbook.db import Connection, Database

AT_ONCE = 50
LIFE = timedelta(days=1)


class Talker(msgspec.Struct, frozen=True):
    """A visitor in the middle of a conversation."""

    token: str
    conversation_id: UUID
    address: str


class Agent(msgspec.Struct, frozen=True):
    """A member of the team, signed in."""

    cookie: str
    address: str


def workspace_of(server: Server) -> UUID:
    return UUID(msgspec.json.decode(server.command("workspace", "show", "--json"))["id"])


def talkers(server: Server, conninfo: str, write_key: str, count: int) -> list[Talker]:
    """So many visitors, each of whom has said something once."""
    if run(server.port, requests(write_key, count, count, 0)).refused:
        raise SystemExit("The first page views were refused.")
    return asyncio.run(_talkers(conninfo, workspace_of(server), count))


async def _talkers(conninfo: str, workspace_id: UUID, count: int) -> list[Talker]:
    made: list[Talker] = []
    db = Database(conninfo, size=1)
    await db.open()
    async with db.transaction(workspace_id) as conn:
        cursor = await conn.execute("SELECT id FROM contacts ORDER BY id LIMIT %s", (count,))
        contacts = [row["id"] for row in await cursor.fetchall()]
    for at in range(0, len(contacts), AT_ONCE):
        async with db.transaction(workspace_id) as conn:
            for contact_id in contacts[at : at + AT_ONCE]:
                number = len(made)
                address = f"10.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
                made.append(await _talker(conn, workspace_id, contact_id, address))
    await db.close()
    return made


async def _talker(conn: Connection, workspace_id: UUID, contact_id: UUID, address: str) -> Talker:
    session = new_session(workspace_id, contact_id)
    token = new_chat_token()
    await insert_session(conn, session, token)
    conversation, _ = await open_conversation(
        conn, workspace_id, contact_id=contact_id, origin_id=contact_id, cid="bench",
        moment=clock.now(), session_id=session.id,
    )  # fmt: skip
    said = "Hello, is the blue one there?"
    await _say(conn, workspace_id, conversation.id, BY_CONTACT, said, Changes())
    return Talker(token, conversation.id, address)


def new_session(workspace_id: UUID, contact_id: UUID) -> ChatSession:
    moment = clock.now()
    return ChatSession(
        id=uuid4(), workspace_id=workspace_id, contact_id=contact_id, origin_id=contact_id,
        lasting=True, created_at=moment, rotated_at=moment, seen_at=moment,
        expires_at=moment + LIFE,
    )  # fmt: skip


async def say_to_all(
    db: Database, workspace_id: UUID, conversations: Sequence[UUID], text: str
) -> None:
    """The team says the same in all of these, in one transaction."""
    changes = Changes()
    async with db.transaction(workspace_id) as conn:
        for conversation_id in conversations:
            await _say(conn, workspace_id, conversation_id, BY_TEAM, text, changes)
        await changes.publish(conn, workspace_id)


async def _say(
    conn: Connection,
    workspace_id: UUID,
    conversation_id: UUID,
    author: int,
    text: str,
    changes: Changes,
) -> None:
    writing = Writing(cid=uuid4().hex, author=author, text=text)
    policy = read_policy({})
    await append_message(conn, workspace_id, conversation_id, writing, policy, clock.now(), changes)


def agents(server: Server, conninfo: str, count: int) -> list[Agent]:
    """So many members who are signed in."""

    async def links() -> list[str]:
        workspace_id, moment = workspace_of(server), clock.now()
        db = Database(conninfo, size=1)
        await db.open()
        made = []
        async with db.transaction(workspace_id) as conn:
            for number in range(count):
                person = await create_person(conn, f"a{number}@team.example", f"A {number}", moment)
                await insert_membership(conn, workspace_id, person.id, "agent", moment)
                life = timedelta(minutes=10)
                made.append(await make_one_time_token(conn, "link", person.id, life, moment))
        await db.close()
        return made

    return [
        Agent(_sign_in(server.port, link, f"10.200.0.{number + 1}"), f"10.200.0.{number + 1}")
        for number, link in enumerate(asyncio.run(links()))
    ]


def _sign_in(port: int, link: str, address: str) -> str:
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    conn.request("POST", "/api/sign-in/link", json.dumps({"token": link}), of_page(port, address))
    answer = conn.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie") or []]
    conn.close()
    if answer.status != 200 or not cookies:
        raise SystemExit(f"A member could not sign in: {answer.status}.")
    return "; ".join(cookies)


def ticket(port: int, agent: Agent) -> str:
    """What opens one socket of a member."""
    conn = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = of_page(port, agent.address) | {"Cookie": agent.cookie}
    conn.request("POST", "/api/live/ticket", "null", headers)
    answer = conn.getresponse()
    body = answer.read()
    conn.close()
    if answer.status != 201:
        raise SystemExit(f"No ticket: {answer.status} {body[:200]!r}")
    return json.loads(body)["ticket"]


def of_page(port: int, address: str) -> dict[str, str]:
    """What a browser sends along on one of our own pages."""
    return {
        "Origin": f"http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin",
        "X-Requested-With": "openbook", "X-Forwarded-For": address,
        "Content-Type": "application/json", "User-Agent": "Firefox/145.0",
    }  # fmt: skip


def post(port: int, path: str, body: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """A request as it goes over the line."""
    lines = [
        f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers),
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
