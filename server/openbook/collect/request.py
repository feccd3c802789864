"""A request between the edge and the writer: its credential and messages, and its answer."""

from typing import Protocol

import msgspec

from openbook.catalogue.field import Trust
from openbook.collect.admission import Admission
from openbook.collect.counts import LEFT_OUT, UNSIGNED
from openbook.collect.gate import Admitted
from openbook.collect.observation import Observation, Prepared, Stamp
from openbook.collect.observe import observe
from openbook.collect.pipeline import prepare
from openbook.collect.runs import Run, begin
from openbook.collect.wire import Message


class Answer(msgspec.Struct):
    """What became of a request's messages."""

    stored: int = 0
    dropped: dict[str, int] = {}
    """Reason -> how many."""
    proof: str | None = None
    """What the SDK keeps, to prove later that it was this device from the start."""
    first_proof: str | None = None
    """The same where nobody can say yet whether the message made the device (it is in a stream):
    for an SDK that has none."""

    def drop(self, reason: str, many: int = 1) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + many


class Sent(msgspec.Struct):
    """A request that was let in."""

    credential: str
    admitted: Admitted
    messages: list[Message]
    """Kept until they are stored: where the policy changes meanwhile, they are prepared again."""
    stamp: Stamp
    origin: str | None = None
    """The site whose page sent it, as a browser says."""
    prepared: list[Prepared] = []
    answer: Answer = msgspec.field(default_factory=Answer)
    size: int = 0
    """Bytes of the body that brought it."""


class Stores(Protocol):
    """What the edge hands requests to: the database's writer, or the stream's."""

    admission: Admission

    async def store(self, sent: Sent) -> Answer:
        """Returns when the messages cannot be lost any more. Raises what refuses them."""
        ...


def prepare_request(sent: Sent, admitted: Admitted) -> None:
    """Run every message through the steps, by what `admitted` allows."""
    sent.admitted, sent.prepared, sent.answer = admitted, [], Answer()
    observing = admitted.tools.policy.identify_mode == "observe"
    before: Observation | None = None
    run: Run | None = None
    for message in sent.messages:
        if run is not None:
            if run.takes(message):
                continue
            sent.prepared[-1] = run.whole()
            run = None
        observation = before = observe(message, sent.stamp, before)
        if observation is None:
            sent.answer.drop("no_message")
            continue
        prepared = prepare(observation, admitted.tools)
        if isinstance(prepared, str):
            sent.answer.drop(prepared)
        else:
            sent.prepared.append(prepared)
            run = begin(observation, prepared, admitted.tools)
            if observing and any(said.trust == Trust.CLAIMED for said in prepared.said):
                UNSIGNED.inc()
    if run is not None:
        sent.prepared[-1] = run.whole()
    left_out: dict[str, int] = {}
    for one in sent.prepared:
        for reason, many in one.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + many
    for reason, many in left_out.items():
        LEFT_OUT.labels(reason).inc(many)
