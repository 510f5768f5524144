"""Dividing a case's text into its sections, and a video's into text and transcript.

Every line of text stays, in its order: what stands before the first heading goes with the case,
and an unknown heading stays in the section it stands in. Pure functions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from content.importing import headings
from content.importing.body import (
    Fault,
    Token,
    parts_of,
    render_parts,
    split_lines,
    tokens_of,
    trim,
)
from content.importing.headings import CASE, TRANSCRIPT, Heading, classify
from content.importing.material import CASE as CASE_TYPE
from content.importing.material import RUNNING_TEXT, VIDEO, Section

# What a complete case has; a missing one is pointed out, never invented.
EXPECTED = ("case", "analysis", "risk_tips", "get_help")
NO_HEADING = "the case has no heading of its own: the text before the first heading is taken for it"


@dataclass(frozen=True)
class Body:
    """A text divided: faults have to be mended, notices may be."""

    sections: tuple[Section, ...] = ()
    transcript: str = ""
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass
class _Span:
    heading: Heading
    tokens: list[Token] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return any(token.part or token.text.strip() for token in self.tokens)


def divide(text: str, type_: str, language: str, first_line: int = 1) -> Body:
    """The body of a piece of that type; `first_line` is where it begins in its file."""
    lines = split_lines(text)
    if type_ == CASE_TYPE:
        return _divide_case(lines, language, first_line)
    transcript = ""
    if type_ == VIDEO:
        lines, transcript = _cut_transcript(lines)
    tokens, faults = tokens_of(lines, first_line)
    parts = parts_of(tokens, _marker(type_))
    sections = (Section(RUNNING_TEXT, "", parts),) if parts else ()
    return Body(sections, transcript, tuple(faults))


def render(
    sections: Sequence[Section], transcript: str, type_: str, language: str, *, careful: bool
) -> str:
    """The text that `divide` reads back as these sections.

    careful: name each section's kind and escape whatever looks like a heading. Without it the text
    is the one a person would write, and it may divide otherwise.
    """
    special = _marker(type_)
    blocks = []
    for section in sections:
        if section.kind != RUNNING_TEXT:
            blocks.append(_heading_line(section, language, careful=careful))
        blocks.append(render_parts(section.parts, special, careful=careful))
    if type_ == VIDEO and transcript.strip():
        blocks.append(f"## {headings.USUAL[language][TRANSCRIPT]}")
        blocks.append(trim(split_lines(transcript)))
    return "\n\n".join(filter(None, blocks))


def missing(sections: Sequence[Section]) -> list[str]:
    """The expected sections of a case that are not there or have no text."""
    present = {section.kind for section in sections if section.parts}
    return [kind for kind in EXPECTED if kind not in present]


def _heading_line(section: Section, language: str, *, careful: bool) -> str:
    label = section.heading or headings.USUAL[language][section.kind]
    line = f"## {label}"
    known = classify(line)
    if careful or known is None or known.kind != section.kind:
        line += f" {{.{section.kind}}}"
    return line


def _marker(type_: str):
    """Which lines could be headings in a body of that type."""

    def is_heading(line: str) -> bool:
        found = classify(line)
        if found is None:
            return False
        return (found.kind == TRANSCRIPT) == (type_ == VIDEO)

    return is_heading if type_ in (CASE_TYPE, VIDEO) else _never


def _never(line: str) -> bool:
    return False


def _cut_transcript(lines: list[str]) -> tuple[list[str], str]:
    tokens, _faults = tokens_of(lines)
    for token in tokens:
        found = None if token.part else classify(token.text)
        if found and found.kind == TRANSCRIPT:
            rest = [found.rest] if found.rest else []
            return lines[: token.line - 1], trim(rest + lines[token.line :])
    return lines, ""


def _divide_case(lines: list[str], language: str, first_line: int) -> Body:
    tokens, faults = tokens_of(lines, first_line)
    preamble, spans = _spans(tokens)
    notices = []
    if any(token.part or token.text.strip() for token in preamble):
        first = spans[0] if spans else None
        if first and first.heading.kind == CASE:
            first.tokens = [*_trimmed(preamble), Token(0, ""), *_trimmed(first.tokens)]
        else:
            notices.append(NO_HEADING)
            spans.insert(0, _Span(Heading(CASE, ""), preamble))
    special = _marker(CASE_TYPE)
    sections = tuple(
        Section(span.heading.kind, _shown(span.heading, language), parts_of(span.tokens, special))
        for span in spans
    )
    return Body(sections, "", tuple(faults), tuple(notices))


def _trimmed(tokens: list[Token]) -> list[Token]:
    """The tokens without blank lines at either end."""
    said = [n for n, token in enumerate(tokens) if token.part or token.text.strip()]
    return tokens[said[0] : said[-1] + 1] if said else []


def _shown(heading: Heading, language: str) -> str:
    """The heading as the page keeps it: nothing where the usual one does."""
    if not heading.label or headings.is_usual(heading.label, heading.kind, language):
        return ""
    return heading.label


def _spans(tokens: list[Token]) -> tuple[list[Token], list[_Span]]:
    preamble: list[Token] = []
    spans: list[_Span] = []
    told: set[str] = set()  # the numbers of the sub-cases met so far
    for token, found in _with_headings(tokens):
        current = spans[-1] if spans else None
        opens = found is not None and _opens_section(found, current, told)
        if found is not None and found.number:
            told.add(found.number)
        if opens:
            spans.append(_Span(replace(found, rest="")))
            if found.rest:
                spans[-1].tokens.append(replace(token, text=found.rest))
        else:
            (current.tokens if current else preamble).append(token)
    return preamble, spans


def _with_headings(tokens: list[Token]) -> Iterator[tuple[Token, Heading | None]]:
    """Each line with the heading it could be. A lone "01" above a plain heading is its mark."""
    found = [None if token.part else classify(token.text) for token in tokens]
    found = [None if h and h.kind == TRANSCRIPT else h for h in found]
    following: Heading | None = None
    marks: set[int] = set()
    for n in range(len(tokens) - 1, -1, -1):
        if tokens[n].part:
            following = None
        elif tokens[n].text.strip():
            if following and not following.markdown and headings.is_lone_number(tokens[n].text):
                marks.add(n)
            following = found[n]
    for n, token in enumerate(tokens):
        if n not in marks:
            yield token, found[n]


def _opens_section(found: Heading, current: _Span | None, told: set[str]) -> bool:
    if found.explicit or current is None:
        return True
    under = current.heading
    if not found.number:
        # 案例一, then at once 案情简介: the second is a heading inside the first case.
        inside = found.kind == CASE and under.number and not current.has_text
        return not inside
    if under.kind == CASE and not under.number:
        return False  # 案例一 and 案例二 within 典型案例
    if found.number in told:
        return False  # the analysis comes back to 案例一
    deeper = found.markdown and found.level > under.level
    return under.kind == CASE or not deeper


def usual_heading(kind: str, language: str) -> str:
    """What a section of that kind is called where its author says nothing else."""
    return headings.USUAL[language][kind]
