"""XML from strangers: no document type, so no entities of its own and nothing fetched; depth and tokens bounded."""

from xml.parsers.expat import ParserCreate

from registrations.bulk.findings import BadFile, Fault
from registrations.bulk.limits import Limits

Attributes = dict[str, str]
TOO_BIG = Fault("The file unpacks to far more than a list of people needs.", "Copy the rows to a new file.")
UNSAFE = Fault(
    "The file holds instructions that a spreadsheet does not need.",
    "Copy the rows to a new file in your spreadsheet program and send that.",
)


class Handler:
    """What is made of a part. Names come without their prefix."""

    def start(self, name: str, given: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, words: str) -> None:
        """Some of the text of an element, perhaps not all of it."""


class Part:
    """One part, fed to its handler piece by piece. Raises BadFile where it breaks a bound, ExpatError where it is
    not XML."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        self.handler, self.limits = handler, limits
        self.depth = self.waiting = 0
        self.parser = ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        """Takes the next piece; a single token may not go on for ever."""
        self.waiting += len(piece)
        self.parser.Parse(piece, False)
        if self.waiting > self.limits.token:
            raise BadFile(UNSAFE)

    def close(self) -> None:
        """The part ends here."""
        self.parser.Parse(b"", True)

    def _start(self, name: str, given: Attributes) -> None:
        self.waiting = 0
        self.depth += 1
        if self.depth > self.limits.depth:
            raise BadFile(UNSAFE)
        self.handler.start(name.rpartition(":")[2], given)

    def _end(self, name: str) -> None:
        self.waiting = 0
        self.depth -= 1
        self.handler.end(name.rpartition(":")[2])

    def _text(self, words: str) -> None:
        self.waiting = 0
        self.handler.text(words)

    def _refuse(self, *_: object) -> None:
        raise BadFile(UNSAFE)
