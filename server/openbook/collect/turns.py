"""Requests of many workspaces, taken by turns: who sends much waits behind their own requests."""

from collections import deque
from collections.abc import Callable
from operator import attrgetter
from typing import Generic, Protocol, TypeVar
from uuid import UUID


class Waiting(Protocol):
    """What can wait: whose it is, how many messages it carries, and since when it waits."""

    @property
    def workspace_id(self) -> UUID: ...

    @property
    def size(self) -> int: ...

    @property
    def since(self) -> float: ...


T = TypeVar("T", bound=Waiting)
TURN = 20
"""Messages a workspace may take in its turn; a larger request saves its turns up."""


class Turns(Generic[T]):
    """Deficit round robin (Shreedhar and Varghese, 1995): a constant cost for each request."""

    def __init__(self, weigh: Callable[[T], int] = attrgetter("size")) -> None:
        """`weigh`: how much a request is of what is taken at once; its messages, mostly."""
        self._weigh = weigh
        self.weight = 0
        """Of all that wait."""
        self._queues: dict[UUID, deque[T]] = {}
        self._saved: dict[UUID, int] = {}
        self._order: deque[UUID] = deque()

    def __bool__(self) -> bool:
        return bool(self._order)

    def put(self, item: T) -> None:
        queue = self._queues.get(item.workspace_id)
        if queue is None:
            queue = self._queues[item.workspace_id] = deque()
            self._saved[item.workspace_id] = 0
            self._order.append(item.workspace_id)
        queue.append(item)
        self.weight += self._weigh(item)

    def take(self, most: int, *, newest_first: bool = False) -> list[T]:
        """Requests that weigh `most` in all, or one request that weighs more by itself.

        A workspace's own come in their order, or the latest before those that wait already.
        """
        end = -1 if newest_first else 0
        taken: list[T] = []
        size = 0
        while self._order and size < most:
            workspace_id = self._order[0]
            queue = self._queues[workspace_id]
            saved = self._saved[workspace_id] + TURN
            while queue and queue[end].size <= saved:
                item = queue.pop() if newest_first else queue.popleft()
                saved -= item.size
                size += self._weigh(item)
                taken.append(item)
                if size >= most:
                    break
            if not queue:
                self._order.popleft()
                del self._queues[workspace_id], self._saved[workspace_id]
            else:
                self._saved[workspace_id] = saved
                self._order.rotate(-1)
        self.weight -= size
        return taken

    def drop_before(self, moment: float) -> list[T]:
        """Take out the requests that have been waiting since before a moment."""
        dropped: list[T] = []
        for workspace_id, queue in list(self._queues.items()):
            while queue and queue[0].since < moment:
                self.weight -= self._weigh(queue[0])
                dropped.append(queue.popleft())
            if not queue:
                self._order.remove(workspace_id)
                del self._queues[workspace_id], self._saved[workspace_id]
        return dropped
