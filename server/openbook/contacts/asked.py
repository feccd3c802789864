"""The value of a condition, read as what its field needs, or refused in a sentence."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, NoReturn
from uuid import UUID

from openbook.contacts.filters import Condition
from openbook.errors import BadInput

MAX_LIST = 200
MAX_TEXT = 2048
MAX_NUMBER = 1e18
MAX_SECONDS = 253_402_300_799  # the end of the year 9999
SPAN = re.compile(r"([1-9][0-9]{0,3})([hd])", re.ASCII)
FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class Asked:
    """A condition whose operator its field allows."""

    def __init__(self, condition: Condition, allowed: tuple[str, ...]):
        self.field, self.op, self.value = condition.field, condition.op, condition.value
        if self.op not in allowed:
            self._refuse(f"can be asked {', '.join(allowed)}, not {self.op[:32]!r}")

    def values(self) -> list[Any]:
        """One value, or for `in` and `between` the list of them."""
        if self.op == "in":
            if not isinstance(self.value, list) or not 1 <= len(self.value) <= MAX_LIST:
                self._refuse(f"with `in` takes a list of 1 to {MAX_LIST} values")
            return self.value
        if self.op == "between":
            if not isinstance(self.value, list) or len(self.value) != 2:
                self._refuse("with `between` takes two values, the least and the greatest")
            return self.value
        return [self.value]

    def text(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > MAX_TEXT or not storable(value):
            self._refuse(f"is compared with a text of at most {MAX_TEXT:,} characters")
        return value

    def number(self, value: Any) -> float | int:
        if isinstance(value, str):
            try:
                value = int(value)
            except ValueError:
                try:
                    value = float(value)
                except ValueError:
                    value = None
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not abs(value) <= MAX_NUMBER:  # not-a-number is in no order
            self._refuse("is compared with a number, as in 3 or -0.5")
        return value

    def seconds(self, value: Any) -> int:
        """UNIX seconds, from a number or from a date and time; without a zone it is UTC."""
        if isinstance(value, str) and not value.lstrip("-").isdecimal():
            try:
                moment = datetime.fromisoformat(value)
                moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                value = math.floor(moment.timestamp())
            except (ValueError, OverflowError):
                value = None
        elif isinstance(value, str):
            value = int(value) if len(value) < 20 else None
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not good or not 0 <= value <= MAX_SECONDS:
            self._refuse("is compared with UNIX seconds or a time such as 2026-06-30T12:00:00Z")
        return math.floor(value)

    def span(self, value: Any) -> timedelta:
        """A time from then until now, whenever it is asked: `7d` or `36h`."""
        found = SPAN.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self._refuse("with `within` takes hours or days until now, as in 36h or 7d")
        number, unit = int(found[1]), found[2]
        return timedelta(hours=number) if unit == "h" else timedelta(days=number)

    def flag(self, value: Any) -> bool:
        if isinstance(value, str):
            value = FLAGS.get(value.lower())
        if not isinstance(value, bool):
            self._refuse(f"with `{self.op}` takes true or false")
        return value

    def choice(self, value: Any, choices: Iterable[str]) -> str:
        if not isinstance(value, str) or value not in choices:
            self._refuse(f"is one of {', '.join(choices)}")
        return value

    def uuid(self, value: Any) -> UUID:
        try:
            return UUID(value)
        except (ValueError, AttributeError, TypeError):
            self._refuse("is compared with an id such as 0190b0a5-6ad2-7cc5-8c1c-0f6a3a6f1f5e")

    def address(self, value: Any) -> str:
        try:
            return str(ip_address(self.text(value)))
        except ValueError:
            self._refuse("is compared with an address such as 192.0.2.7")

    def network(self, value: Any) -> str:
        try:
            if "%" in self.text(value):  # PostgreSQL knows no scopes
                raise ValueError
            return str(ip_network(value, strict=False))
        except ValueError:
            self._refuse("with `in` takes networks such as 192.0.2.0/24")

    def _refuse(self, what: str) -> NoReturn:
        raise BadInput(f"The field {self.field[:64]} {what}.", "bad_filter")


def storable(text: str) -> bool:
    """Whether PostgreSQL can hold it: no NUL and no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
