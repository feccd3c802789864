"""Columns of values as arrays in PostgreSQL's binary form."""

import struct
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format


class _Packed(bytes):
    """An array in PostgreSQL's binary form."""


class _Uuids(_Packed): ...


class _Numbers(_Packed): ...


class _Smalls(_Packed): ...


class _Times(_Packed): ...


class _Texts(_Packed): ...


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Any) -> Buffer:
        return obj


_head = struct.Struct(">iiIii").pack
_int16, _int64 = struct.Struct(">ih").pack, struct.Struct(">iq").pack
_length = struct.Struct(">i").pack
_NULL = b"\xff\xff\xff\xff"
_UUID = _length(16)


def _text(value: str) -> bytes:
    text = value.encode()
    return _length(len(text)) + text


def _numbers(column: Sequence[int | None]) -> list[bytes]:
    return [_NULL if value is None else _int64(8, value) for value in column]


def _packing(
    kind: type[_Packed], array: int, element: int, pieces: Callable[[Sequence[Any]], list[bytes]]
) -> Callable[[Sequence[Any]], _Packed]:
    """What packs a column; `array` and `element` are PostgreSQL's numbers of both types."""
    dumper = type(f"{kind.__name__}Dumper", (_PackedDumper,), {"oid": array})
    psycopg.adapters.register_dumper(kind, dumper)

    def pack(column: Sequence[Any]) -> _Packed:
        return kind(b"".join((_head(1, 1, element, len(column), 1), *pieces(column))))

    return pack


PACK = {
    "uuid": _packing(_Uuids, 2951, 2950, lambda column: [_UUID + value for value in column]),
    "int8": _packing(_Numbers, 1016, 20, _numbers),
    "int2": _packing(_Smalls, 1005, 21, lambda column: [_int16(2, value) for value in column]),
    "timestamptz": _packing(_Times, 1185, 1184, _numbers),
    "text": _packing(
        _Texts,
        1009,
        25,
        lambda column: [_NULL if value is None else _text(value) for value in column],
    ),
}
"""Type of a column -> what packs it: numbers of times count microseconds since 2000."""
