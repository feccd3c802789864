"""Runs: what a phone sends in a row from one scene, joined before facts are made of each message.

Phones send what they gathered, a hundred messages at a time, and most of these differ in nothing
but when they happened and which screen was shown. What is kept of them is their join anyway
(`contacts/fold.py`), so of a run one prepared message is stored, which stands for all.
"""

from datetime import datetime

from msgspec.structs import replace

from openbook.catalogue.field import Trust
from openbook.catalogue.fields import GROUPS
from openbook.catalogue.policy import Policy
from openbook.collect.naming import ATTRIBUTE_SCOPES
from openbook.collect.observation import Observation, Prepared
from openbook.collect.observe import NO_CONTEXT, is_same
from openbook.collect.pipeline import birth_of, registers_of
from openbook.collect.steps import happened_at, screen_of
from openbook.collect.tools import Tools
from openbook.collect.wire import WITHDRAW, Message
from openbook.contacts.fold import (
    BACKDATED,
    LATE,
    SESSION,
    Facts,
    Register,
    fold,
    register,
    unite,
)

_SCREEN = tuple(field.id for field in GROUPS["screen"])


class Run:
    """A prepared message, and those after it that say nothing of their own but time and screen."""

    def __init__(self, first: Observation, prepared: Prepared, tools: Tools):
        self._first = first
        self._prepared = prepared
        self._policy = tools.policy
        self._tracks_say = _has_track_attributes(tools.policy)
        self._times: list[datetime] = []
        self._screens: list[tuple[datetime, str]] = []
        self._births: list[bytes] = []
        self._undeclared = 0

    def takes(self, m: Message) -> bool:
        """Whether the message belongs to the run, and is in it now."""
        o = self._first
        type_ = m.type.lower() if isinstance(m.type, str) else None
        if type_ != "screen" and (type_ != "track" or self._tracks_say):
            return False
        if m.anonymous_id != o.message.anonymous_id or m.user_id or m.traits:
            return False
        context = m.context or NO_CONTEXT
        # To Python, 1 and true are equal; one of them says no.
        if context.gpc is not o.context.gpc or not is_same(context, o.context):
            return False
        happened = happened_at(m, o.stamp)
        self._times.append(happened)
        if type_ == "track":
            self._undeclared += len(m.properties or ())
        elif (screen := screen_of(m)) is not None:
            self._screens.append((happened, screen))
        if self._prepared.wants_proof:
            self._births.append(birth_of(m))
        return True

    def whole(self) -> Prepared:
        """All messages of the run as one."""
        if not self._times:
            return self._prepared
        first = self._prepared
        return replace(
            first,
            facts=fold((first.facts, self._facts())),
            messages=1 + len(self._times),
            births=tuple(self._births),
            occurred_at=max(first.occurred_at, *self._times),
            left_out=self._left_out(),
        )

    def _facts(self) -> Facts:
        """What the messages after the first say, joined."""
        o, times, collected = self._first, self._times, self._policy.collected
        received, latest = o.stamp.received_at, max(times)
        registers = registers_of(o, latest)
        if self._screens and "last_screen" in collected:
            registers["screen"] = self._screen()
        facts = Facts(registers=registers)
        if "first_seen_at" in collected:
            believed = o.trust > Trust.CLAIMED
            firm = times if believed else [at for at in times if received - at <= BACKDATED]
            facts.first_seen_at = min(times)
            facts.first_firm_at = min(firm, default=None)
        if not o.stamp.from_server:
            if not collected.isdisjoint(("last_seen_at", f"{o.platform}_last_seen_at")):
                facts.last_seen_at = latest
            if f"{o.platform}_sessions" in collected:
                facts.spans = unite([(at, at + SESSION) for at in times if received - at <= LATE])
        return facts

    def _screen(self) -> Register:
        latest = max(at for at, _ in self._screens)
        origin = self._first.scene.origin
        shown = {screen for at, screen in self._screens if at == latest}
        many = [
            register(latest, origin, tuple(map({"last_screen": screen}.get, _SCREEN)))
            for screen in shown
        ]
        return max(many, key=lambda found: found.tie)

    def _left_out(self) -> dict[str, int]:
        left_out = dict(self._prepared.left_out)
        off = self._first.scene.switched_off * len(self._times)
        if "last_screen" not in self._policy.collected:
            off += len(self._screens)
        for reason, many in (("switched_off", off), ("undeclared", self._undeclared)):
            if many:
                left_out[reason] = left_out.get(reason, 0) + many
        return left_out


def begin(o: Observation, prepared: Prepared, tools: Tools) -> Run | None:
    """A run that begins with this message; None where it has to be stored by itself.

    What names somebody does: its place among the others decides whose the device is.
    """
    if o.platform == "web" or o.said or o.signed is not None or o.kid is not None:
        return None
    m, device = o.message, o.context.device
    if o.type in ("alias", WITHDRAW):
        return None
    if not isinstance(m.anonymous_id, str) or not prepared.anonymous_id:
        return None
    if o.context.token or o.context.traits:
        return None
    if device is not None and device.id is not None and not isinstance(device.id, str):
        return None
    return Run(o, prepared, tools)


def _has_track_attributes(policy: Policy) -> bool:
    return any(name.startswith(ATTRIBUTE_SCOPES["track"]) for name in policy.attributes)
