"""Fetch the files that our pages load from npm, and lock them; or check those that are here.

    python tools/vendor.py            # fetch everything that vendor.toml names, write vendor.lock
    python tools/vendor.py --check    # no network: does every file have the hash of the lock?

A package must have the integrity hash that npm states, and, if its version is locked already, the one of the lock.
Comments that would make a browser ask for a source map are cut off. All is fetched before the first file is written,
and the lock is written last: a run that was cut short is found by `--check`.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
VENDOR = Path("src/cutaway/web/assets/vendor")
ASKED, LOCK = VENDOR / "vendor.toml", VENDOR / "vendor.lock"
KEYS = {"name", "version", "licence", "files"}
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=[^\n]*\n?\s*$")
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE")
AGAIN = "\n  Fetch it again: python tools/vendor.py"
HEADER = """\
# Written by tools/vendor.py: change vendor.toml, then run it. `integrity` is the hash of the package that npm states.
# `bytes` and `sha256` are those of a file as it lies here, after a comment that names a source map was cut off.
"""


class VendorError(Exception):
    """A file or a package that is not what was asked for."""


def read(root: Path, path: Path) -> list[dict[str, Any]]:
    """The packages of `vendor.toml` or `vendor.lock`.

    Raises: VendorError if there is no such file, or if it lacks something.
    """
    mend = f"Restore it, or write it anew: rm {path}; python tools/vendor.py"
    advice, keys = (mend, KEYS | {"integrity"}) if path == LOCK else ("Mend it, then: python tools/vendor.py", KEYS)
    try:
        packages: list[dict[str, Any]] = tomllib.loads((root / path).read_text(encoding="utf-8")).get("package", [])
    except (OSError, ValueError) as error:
        raise VendorError(f"{path} cannot be read: {error}.\n  {advice}") from error
    for package in packages:
        if lacking := sorted(keys - package.keys()):
            raise VendorError(f"{path}: {package.get('name', 'a package')} has no {lacking[0]}.\n  {advice}")
    return packages


def folder_of(package: Mapping[str, Any]) -> Path:
    """Where the files of a package are kept."""
    return Path(package.get("folder", VENDOR))


def licence_file(package: Mapping[str, Any]) -> str:
    """The name of a package's licence text here."""
    return str(package["name"]).strip("@").replace("/", "-") + ".LICENSE.txt"


def fetch(root: Path) -> None:
    """Fetch every package, put its files in their place, and write the lock."""
    before = read(root, LOCK) if (root / LOCK).exists() else []
    known = {(package["name"], package["version"]): package["integrity"] for package in before}
    bodies: dict[Path, bytes] = {}
    lock = [HEADER]
    for package in read(root, ASKED):
        wanted = f"{package['name']}@{package['version']}"
        print(wanted, file=sys.stderr)  # noqa: T201
        packed, integrity = download(wanted)
        if known.get((package["name"], package["version"]), integrity) != integrity:
            raise VendorError(
                f"{wanted} is not the package that was locked: npm now states {integrity}.\n"
                f"  A version never changes. Choose another in {ASKED}; to accept this one, cut it out of {LOCK}."
            )
        files = unpack(package, packed)
        bodies |= {folder_of(package) / name: body for name, body in files.items()}
        lock.append(as_toml(package, integrity, files))
    for path, body in bodies.items():
        write(root / path, body)
    write(root / LOCK, "\n".join(lock).encode())


def download(wanted: str) -> tuple[bytes, str]:
    """A package as npm keeps it, and its integrity hash.

    Raises: VendorError if the package does not have the hash that npm states.
    """
    stated = npm("view", wanted, "dist.integrity")
    with tempfile.TemporaryDirectory() as work:
        packed = (Path(work) / npm("pack", wanted, "--silent", "--pack-destination", work)).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if found != stated:
        raise VendorError(
            f"{wanted} arrived with {found}, and npm states {stated}.\n"
            "  Empty npm's cache and try again: npm cache clean --force; python tools/vendor.py"
        )
    return packed, found


def npm(*arguments: str) -> str:
    """What npm answers.

    Raises: VendorError if there is no npm, or if it refuses.
    """
    try:
        return subprocess.run(["npm", *arguments], check=True, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError as error:
        raise VendorError(
            "npm is not installed, and packages are fetched by it.\n"
            "  Install Node.js. To check what is here, it is not needed: python tools/vendor.py --check"
        ) from error
    except subprocess.CalledProcessError as error:
        raise VendorError(
            f"npm {' '.join(arguments[:2])} failed.\n  {error.stderr.strip() or 'It gave no reason.'}\n"
            f"  Is the name and version in {ASKED} right? See: npm view {arguments[1]}"
        ) from error


def unpack(package: Mapping[str, Any], packed: bytes) -> dict[str, bytes]:
    """The files that we keep of a package, by their names here, with its licence.

    Raises: VendorError if the package has no such file.
    """
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        inside = {entry.name.removeprefix("package/"): entry for entry in archive if entry.isfile()}
        licence = next((name for name in LICENCES if name in inside), LICENCES[0])
        kept = {}
        for source, name in {**package["files"], licence: licence_file(package)}.items():
            if source not in inside or (found := archive.extractfile(inside[source])) is None:
                raise VendorError(
                    f"{package['name']}@{package['version']} has no file {source}.\n"
                    f"  Name another in {ASKED}. All of them: npm pack --dry-run {package['name']}@{package['version']}"
                )
            kept[name] = SOURCE_MAP.sub(b"\n", found.read()) if name.endswith(".js") else found.read()
    return kept


def write(path: Path, body: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{path.name}")
    partial.write_bytes(body)
    partial.replace(path)


def as_toml(package: Mapping[str, Any], integrity: str, files: Mapping[str, bytes]) -> str:
    """One package of the lock."""
    said = {key: package[key] for key in ("name", "version", "licence", "folder") if key in package}
    lines = [f"{key} = {json.dumps(value)}" for key, value in (said | {"integrity": integrity}).items()]
    hashes = [
        f'{json.dumps(name)} = {{ bytes = {len(body)}, sha256 = "{hashlib.sha256(body).hexdigest()}" }}'
        for name, body in files.items()
    ]
    return "\n".join(["[[package]]", *lines, "[package.files]", *hashes, ""])


def check(root: Path) -> None:
    """Compare the lock with what is asked for, and every file with the lock.

    Raises: VendorError at the first difference.
    """
    asked = {package["name"]: promised(package, package["files"].values()) for package in read(root, ASKED)}
    packages = read(root, LOCK)
    locked = {package["name"]: promised(package, package["files"]) for package in packages}
    for name in sorted(asked.keys() | locked.keys()):
        if asked.get(name) != locked.get(name):
            raise VendorError(f"{name} is not the same in vendor.toml and in vendor.lock.{AGAIN}")
    known = {root / ASKED, root / LOCK}
    for package in packages:
        for name, kept in package["files"].items():
            path = root / folder_of(package) / name
            known.add(path)
            if not path.is_file():
                raise VendorError(f"{folder_of(package) / name} is missing.{AGAIN}")
            if hashlib.sha256(path.read_bytes()).hexdigest() != kept["sha256"]:
                raise VendorError(f"{folder_of(package) / name} is not the file of the lock.{AGAIN}")
    for folder in sorted({root / folder_of(package) for package in packages}):
        for path in sorted(folder.iterdir()):
            if path not in known:
                raise VendorError(
                    f"{path.relative_to(root)} is not in the lock.\n  Name it in vendor.toml, or remove it."
                )


def promised(package: Mapping[str, Any], names: Any) -> tuple[object, ...]:
    """What vendor.toml and vendor.lock must agree on about a package."""
    return package["version"], package["licence"], folder_of(package), {*names, licence_file(package)}


def main() -> None:
    """Fetch, or check."""
    parser = argparse.ArgumentParser(description="Fetch the files that pages load from npm, and lock them.")
    parser.add_argument("--check", action="store_true", help="compare what is here with the lock, without a network")
    try:
        check(ROOT) if parser.parse_args().check else fetch(ROOT)
    except VendorError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
