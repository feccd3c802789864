"""What PostgreSQL complained about, as a sentence that says what to do."""

import re
from collections.abc import Callable
from pathlib import Path

from openbook.errors import OpenbookError

Progress = Callable[[str], None]

# What the operator can mend, by the words PostgreSQL (or the kernel through it) uses for it.
_KNOWN = (
    ("No space left on device", "The disk is full. Free some space; openbook tries again."),
    ("Disk quota exceeded", "The disk quota is used up. Raise it; openbook tries again."),
    ("Read-only file system", "The disk is read-only. Mount it writable and start openbook again."),
    (
        "could not look up effective user ID",
        "This process runs under a number that has no user name. Add a line for it to /etc/passwd.",
    ),
    (
        "could not map anonymous shared memory",
        "There is too little memory free. Lower shared_buffers in local.conf of the data folder.",
    ),
    (
        "could not resize shared memory segment",
        "/dev/shm is too small. Give the container more, for example --shm-size=256m.",
    ),
    (
        "configuration file",
        "A line of local.conf in the data folder is not understood. Mend or remove it.",
    ),
)
_SERIOUS = re.compile(r"(?:FATAL|PANIC|error):\s*(.+)")
# About its configuration the last word is only "contains errors"; the line before names the line.
_CONFIGURATION = re.compile(r"LOG:\s*((?:invalid value|unrecognized conf|syntax error in file).+)")


class EmbeddedError(OpenbookError):
    """The embedded PostgreSQL cannot be used; the operator can mend it."""

    status, code = 503, "embedded_postgresql"


def describe(doing: str, output: str) -> EmbeddedError:
    """An error for what failed while `doing`, from what the PostgreSQL program printed."""
    said = _CONFIGURATION.findall(output) or _SERIOUS.findall(output) or output.split("\n")
    last = next((line.strip() for line in reversed(said) if line.strip()), "nothing")
    last = last.replace("/proc/self/cwd/", "")
    advice = next((advice for words, advice in _KNOWN if words in output), "")
    return EmbeddedError(f"{doing} failed. PostgreSQL said: {last}. {advice}".rstrip())


def cannot(doing: str, path: Path, error: OSError) -> EmbeddedError:
    """An error for a file or folder that the operating system refused."""
    reason = error.strerror or type(error).__name__
    advice = next((advice for words, advice in _KNOWN if words == reason), "")
    if isinstance(error, PermissionError):
        advice = "Run openbook as the user who owns it, or give that user access."
    return EmbeddedError(f"{doing} {path} failed: {reason}. {advice}".rstrip())
