"""
Environments of the peers: one folder each, in a cache, from the registries that people use.

A Python peer has a virtual environment, a Node peer a folder of npm, a program of Debian a root
into which its packages are unpacked (nothing is installed into the system). A program that is on
the path already is used as it is. What cannot be had is told with its reason, never left out in
silence.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MissingError", "apt_program", "default_cache", "node_folder", "python_environment"]

#: What an installation may take; a registry that hangs is a reason.
_SECONDS = 900


class MissingError(Exception):
    """A peer cannot be had here; the text is the reason."""


def default_cache() -> Path:
    """Return the folder for caches of the user, by the XDG base directory specification."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base, "redactor-bench")


def python_environment(folder: Path, packages: Sequence[str]) -> Path:
    """
    Return the interpreter of a virtual environment that has *packages*; made when not there yet.

    Raises:
        MissingError: PyPI does not give the packages.
    """
    python = folder / "bin" / "python"
    done = folder / "installed"
    wanted = "\n".join(packages)
    if not done.exists() or done.read_text() not in ("", wanted):
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
        _run([sys.executable, "-m", "pip", "--python", str(python), "install", "-q", *packages])
        done.write_text(wanted)
    return python


def python_version(python: Path, package: str) -> str:
    """Return the version of *package* in the environment of *python*."""
    program = f"from importlib.metadata import version; print(version({package!r}))"
    return _run([str(python), "-c", program]).strip()


def node_folder(folder: Path, packages: Sequence[str]) -> Path:
    """
    Return a folder with ``node_modules`` that hold *packages*.

    Raises:
        MissingError: There is no Node or no npm, or the registry does not give the packages.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise MissingError(f"there is no {program} on the path")
    done = folder / "installed"
    wanted = "\n".join(packages)
    if not done.exists() or done.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if packages:
            _run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], folder)
        done.write_text(wanted)
    return folder


def node_version(folder: Path, package: str) -> str:
    """Return the version of *package* in *folder*; that of Node where there is none."""
    if not package:
        return _run(["node", "--version"]).strip().lstrip("v")
    manifest = folder / "node_modules" / package / "package.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def apt_program(folder: Path, package: str, program: str) -> tuple[str, Path | None]:
    """
    Return the path of *program* and the root that its libraries are in, ``None`` for the system.

    Raises:
        MissingError: It is not on the path, and apt does not have *package*.
    """
    found = shutil.which(program)
    if found:
        return found, None
    places = [folder / "usr" / place / program for place in ("bin", "sbin")]
    if not (folder / "installed").exists():
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            raise MissingError(
                f"{program} is not on the path, and apt-get is not there to fetch it"
            )
        plan = _run(["apt-get", "-s", "--no-install-recommends", "install", package])
        packages = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "archives").mkdir(parents=True)
        _run(["apt-get", "download", *packages], folder / "archives")
        for archive in sorted((folder / "archives").glob("*.deb")):
            _run(["dpkg", "-x", str(archive), str(folder)])
        shutil.rmtree(folder / "archives")
        (folder / "installed").write_text("\n".join(packages))
    for place in places:
        if place.exists():
            return str(place), folder
    raise MissingError(f"the package {package} has no program {program}")


def library_path(root: Path | None) -> dict[str, str]:
    """Return the variable that lets programs under *root* find their libraries."""
    if root is None:
        return {}
    folders = {str(path.parent) for path in root.rglob("*.so*")}
    return {"LD_LIBRARY_PATH": os.pathsep.join(sorted(folders, key=len))}


def _run(command: list[str], folder: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"{command[0]}: {type(error).__name__}") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        name = Path(command[0]).name
        raise MissingError(f"{name} ended with {done.returncode}: {lines[-1][:200]}")
    return done.stdout
