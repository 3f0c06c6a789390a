"""Reading a TOML file, with a message for each way in which that can fail."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from redactor.errors import RedactorError

__all__ = ["parse_toml", "read_text"]


def read_text(path: Path, error_type: type[RedactorError]) -> str:
    """
    Return the text of the file at *path*.

    Raises:
        error_type: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise error_type(
            str(path), f"it cannot be read ({error.strerror})", "Check the path and its permissions"
        ) from None
    except UnicodeDecodeError as error:
        raise error_type(
            str(path), f"it is not UTF-8 (byte {error.start})", "Save it as UTF-8"
        ) from None


def parse_toml(text: str, path: Path, error_type: type[RedactorError]) -> dict[str, Any]:
    """
    Parse *text*, which stands at *path*.

    Raises:
        error_type: It is not TOML; the message says where.
    """
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise error_type(
            str(path), f"it is not TOML ({error})", "Correct the syntax there"
        ) from None
