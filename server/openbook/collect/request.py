"""A request between the edge and the writer: its credential and messages, and its answer."""

import msgspec

from openbook.catalogue.field import Trust
from openbook.collect.counts import LEFT_OUT, UNSIGNED
from openbook.collect.gate import Admitted
from openbook.collect.observation import Prepared, Stamp
from openbook.collect.observe import observe
from openbook.collect.pipeline import prepare
from openbook.collect.wire import Message


class Answer(msgspec.Struct):
    """What became of a request's messages."""

    stored: int = 0
    dropped: dict[str, int] = {}
    """Reason -> how many."""
    proof: str | None = None
    """What the SDK keeps, to prove later that it was this device from the start."""

    def drop(self, reason: str) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1


class Sent(msgspec.Struct):
    """A request that was let in."""

    credential: str
    admitted: Admitted
    messages: list[Message]
    """Kept until they are stored: where the policy changes meanwhile, they are prepared again."""
    stamp: Stamp
    prepared: list[Prepared] = []
    answer: Answer = msgspec.field(default_factory=Answer)


def prepare_request(sent: Sent, admitted: Admitted) -> None:
    """Run every message through the steps, by what `admitted` allows."""
    sent.admitted, sent.prepared, sent.answer = admitted, [], Answer()
    observing = admitted.tools.policy.identify_mode == "observe"
    for message in sent.messages:
        observation = observe(message, sent.stamp)
        if observation is None:
            sent.answer.drop("no_message")
            continue
        prepared = prepare(observation, admitted.tools)
        if isinstance(prepared, str):
            sent.answer.drop(prepared)
        else:
            sent.prepared.append(prepared)
            for reason, many in prepared.left_out.items():
                LEFT_OUT.labels(reason).inc(many)
            if observing and any(said.trust == Trust.CLAIMED for said in prepared.said):
                UNSIGNED.inc()
