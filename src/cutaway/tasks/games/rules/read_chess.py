"""Read the moves of chess games and openings from files: PGN, or tables with the columns eco, name and pgn."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from cutaway.errors.tasks import TaskArgumentError

SAN = re.compile(r"(O-O(-O)?|[KQRBN]?[a-h]?[1-8]?x?[a-h][1-8](=[QRBN])?)[+#]?")
PIECES = re.compile(r"\{|\}|\(|\)|;|\$\d+|\d+\.+|[^\s{}();]+")
NUMBER = re.compile(r"\$\d+|\d+\.+")
RESULTS = ("1-0", "0-1", "1/2-1/2", "*")
HEADER = ["eco", "name", "pgn"]
FORMS = "Give a .pgn file, or a .tsv file with the columns eco, name, pgn; .gz after either."


def read_lines(path: Path, *, task: str) -> list[tuple[str, ...]]:
    """The moves of every game or opening of a file, in its order; whether they can be played is not looked at.

    Raises: TaskArgumentError with the number of the first line that is wrong.
    """
    name = path.name.removesuffix(".gz")
    if not path.is_file():
        raise TaskArgumentError(task, f"there is no file {path}", FORMS)
    if not name.endswith((".pgn", ".tsv")):
        raise TaskArgumentError(task, f"'{path.name}' is neither PGN nor a table of openings", FORMS)
    raw = path.read_bytes()
    try:
        # by its standard PGN is Latin-1, in which every byte is a letter; moves are the same in both
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode(
            "latin-1" if name.endswith(".pgn") else "utf-8-sig"
        )
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise TaskArgumentError(task, f"'{path.name}' cannot be read: {error}", FORMS) from error
    reader = Reader(task, path.name)
    return reader.games(text) if name.endswith(".pgn") else reader.openings(text)


class Reader:
    """Somebody who reads one file and knows its name and the line where they are."""

    def __init__(self, task: str, name: str) -> None:
        self.task, self.name, self.number = task, name, 0

    def wrong(self, reason: str) -> TaskArgumentError:
        fault = f"line {self.number} of '{self.name}': {reason}"
        return TaskArgumentError(self.task, fault, "Correct that line or take it out.")

    def move(self, text: str) -> str:
        """One move without what commentators add to it.

        Raises: TaskArgumentError.
        """
        move = text.rstrip("!?")
        if not SAN.fullmatch(move):
            raise self.wrong(f"{text!r} is no move")
        return move

    def openings(self, text: str) -> list[tuple[str, ...]]:
        """The third column of a table; a number before a move is left out."""
        found = []
        for self.number, line in enumerate(text.splitlines(), start=1):
            columns = line.split("\t")
            if self.number == 1:
                if columns != HEADER:
                    raise self.wrong(f"the columns must be {', '.join(HEADER)}, not {line[:60]!r}")
                continue
            if len(columns) != len(HEADER):
                raise self.wrong(f"it has {len(columns)} columns, not {len(HEADER)}")
            pieces = re.sub(r"\d+\.+", " ", columns[2]).split()
            if not pieces:
                raise self.wrong("it has no moves")
            found.append(tuple(self.move(piece) for piece in pieces))
        return found

    def games(self, text: str) -> list[tuple[str, ...]]:
        """The main line of each game: no tags, comments or variations."""
        found: list[list[str]] = [[]]
        for piece in self.main_lines(self.pieces(text)):
            if piece.startswith("[FEN "):
                raise self.wrong("the game begins from a position of its own")
            if piece[0] == "[" or piece in RESULTS:
                found.append([])
            elif not NUMBER.fullmatch(piece):
                found[-1].append(self.move(piece))
        return [tuple(moves) for moves in found if moves]

    def pieces(self, text: str) -> Iterator[str]:
        """What the lines are made of, tags whole and comments left out."""
        begun = 0  # the line where an open comment began
        for self.number, line in enumerate(text.splitlines(), start=1):
            if not begun and line[:1] in ("[", "%"):
                yield from [line] if line[0] == "[" else []
                continue
            for piece in PIECES.findall(line):
                if begun or piece == "{":
                    begun = 0 if piece == "}" else begun or self.number
                elif piece == ";":
                    break
                else:
                    yield piece
        if begun:
            self.number = begun
            raise self.wrong("a comment begins and does not end")

    def main_lines(self, pieces: Iterator[str]) -> Iterator[str]:
        """What stands outside of all variations."""
        depth = 0
        for piece in pieces:
            if piece[0] == "[" and depth:
                raise self.wrong("a game begins inside of a variation")
            if piece == ")" and not depth:
                raise self.wrong("')' without '('")
            if not depth and piece != "(":
                yield piece
            depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth:
            raise self.wrong("the file ends inside of a variation")
