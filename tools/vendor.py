"""Fetch the files that our pages load from npm, and lock them; or check those that are here.

    python tools/vendor.py            # fetch everything that vendor.toml names, write vendor.lock
    python tools/vendor.py --check    # no network: does every file have the hash of the lock?

npm verifies each package against its own integrity hash, which the lock keeps. Comments that would make a browser ask
for a source map are cut off; the hashes of the lock are those of the files as they lie here.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
VENDOR = Path("src/cutaway/web/assets/vendor")
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=[^\n]*\n?\s*$")
LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE")


class VendorError(Exception):
    """A file that is not what the lock says."""


def read(root: Path, name: str) -> list[dict[str, Any]]:
    """The packages of `vendor.toml` or `vendor.lock`."""
    packages: list[dict[str, Any]] = tomllib.loads((root / VENDOR / name).read_text(encoding="utf-8"))["package"]
    return packages


def folder_of(package: dict[str, Any]) -> Path:
    """Where the files of a package are kept."""
    return Path(package.get("folder", VENDOR))


def licence_file(package: dict[str, Any]) -> str:
    """The name of a package's licence text here."""
    return package["name"].strip("@").replace("/", "-") + ".LICENSE.txt"


def fetch(root: Path) -> None:
    """Fetch every package, put its files in their place, and write the lock."""
    locked = []
    with tempfile.TemporaryDirectory() as work:
        for package in read(root, "vendor.toml"):
            print(f"{package['name']} {package['version']}", file=sys.stderr)  # noqa: T201
            locked.append(fetch_one(root, package, Path(work)))
    write(root / VENDOR / "vendor.lock", "\n".join(map(as_toml, locked)).encode())


def fetch_one(root: Path, package: dict[str, Any], work: Path) -> dict[str, Any]:
    """One package, as the lock describes it."""
    command = ["npm", "pack", f"{package['name']}@{package['version']}", "--json", "--pack-destination", str(work)]
    packed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]
    hashes = {}
    with tarfile.open(work / packed["filename"]) as archive:
        for inside, name in package["files"].items():
            body = SOURCE_MAP.sub(b"\n", member(archive, inside))
            write(root / folder_of(package) / name, body)
            hashes[name] = hashlib.sha256(body).hexdigest()
        licence = next(name for name in LICENCES if f"package/{name}" in archive.getnames())
        text = member(archive, licence)
        write(root / folder_of(package) / licence_file(package), text)
        hashes[licence_file(package)] = hashlib.sha256(text).hexdigest()
    kept = {key: package[key] for key in ("name", "version", "licence", "folder") if key in package}
    return kept | {"integrity": packed["integrity"], "sha256": hashes}


def member(archive: tarfile.TarFile, inside: str) -> bytes:
    """The bytes of one file of a package."""
    found = archive.extractfile(f"package/{inside}")
    if found is None:
        raise VendorError(f"the package has no file {inside}.\n  Look at its listing, and mend vendor.toml.")
    return found.read()


def write(path: Path, body: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{path.name}")
    partial.write_bytes(body)
    partial.replace(path)


def as_toml(package: dict[str, Any]) -> str:
    """One package of the lock."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in package.items() if key != "sha256"]
    hashes = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in package["sha256"].items()]
    return "\n".join(["[[package]]", *lines, "[package.sha256]", *hashes, ""])


def check(root: Path) -> None:
    """Compare every file with the lock, and the lock with what is asked for.

    Raises: VendorError at the first difference.
    """
    again = "\n  Fetch it again: python tools/vendor.py"
    asked = {(package["name"], package["version"]) for package in read(root, "vendor.toml")}
    locked = read(root, "vendor.lock")
    if changed := asked ^ {(package["name"], package["version"]) for package in locked}:
        raise VendorError(f"{' '.join(min(changed))} is not in both vendor.toml and vendor.lock.{again}")
    known = {root / VENDOR / name for name in ("vendor.toml", "vendor.lock")}
    for package in locked:
        for name, digest in package["sha256"].items():
            path = root / folder_of(package) / name
            known.add(path)
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                raise VendorError(f"{folder_of(package) / name} is not the file of the lock.{again}")
    for folder in {root / folder_of(package) for package in locked}:
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix != ".py" and path not in known:
                raise VendorError(
                    f"{path.relative_to(root)} is not in the lock.\n  Name it in vendor.toml, or remove it."
                )


if __name__ == "__main__":
    try:
        check(ROOT) if "--check" in sys.argv[1:] else fetch(ROOT)
    except (VendorError, subprocess.CalledProcessError) as error:
        sys.exit(f"{error}{getattr(error, 'stderr', '') or ''}")
