"""The text below the front matter: Markdown, with a line form for what Markdown cannot say.

    ![alternative text](media/agent.png "caption")     a picture, on a line of its own

    ::: quote 自称"退保专员"的来电者
    交两千元手续费,保费一分不少退给您。
    :::

    ::: callout 请记住
    任何要您交出手机和验证码的"客服"都是骗子。
    :::

A line of text that would be taken for one of these, or for a section's heading, is written with a
backslash before it. Pure functions: no file, no database.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from content.importing.material import Callout, Figure, Part, Quote, Text

_OPENING = re.compile(r":::\s*(quote|callout)(?:\s+(.*))?")
_FIGURE = re.compile(
    r"!\[((?:\\.|[^\]\\])*)\]\((?:<([^<>]+)>|([^\s()<>]+))(?:\s+\"((?:\\.|[^\"\\])*)\")?\)"
)

BRACKETS = "\\[]"

IsHeading = Callable[[str], bool]


@dataclass(frozen=True)
class Token:
    """A line as it stands, or a quotation or callout with all its lines; `line` counts from 1."""

    line: int
    text: str
    part: Part | None = None


@dataclass(frozen=True)
class Fault:
    line: int
    message: str


def split_lines(text: str) -> list[str]:
    """Lines as an editor shows them. Unlike str.splitlines, no exotic separator breaks a line."""
    return [line.rstrip() for line in re.sub(r"\r\n?", "\n", text).split("\n")]


def tokens_of(lines: Sequence[str], first_line: int = 1) -> tuple[list[Token], list[Fault]]:
    """The lines, with quotations and callouts gathered; an unclosed one is a fault and stays."""
    closings = [n for n, line in enumerate(lines) if line.strip() == ":::"]
    tokens: list[Token] = []
    faults: list[Fault] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        opening = _OPENING.fullmatch(line)
        if opening:
            while closings and closings[0] <= position:
                closings.pop(0)
            if closings:
                end = closings[0]
                part = _boxed(opening[1], opening[2] or "", lines[position + 1 : end])
                tokens.append(Token(first_line + position, line, part))
                position = end + 1
                continue
            faults.append(Fault(first_line + position, f"no line ':::' ends this {opening[1]}"))
        tokens.append(Token(first_line + position, line))
        position += 1
    return tokens, faults


def _boxed(kind: str, label: str, lines: Sequence[str]) -> Part:
    text = trim(_unescaped(line, _is_fence) for line in lines)
    label = one_line(label)
    return Quote(text, label) if kind == "quote" else Callout(label, text)


def parts_of(tokens: Iterable[Token], is_heading: IsHeading) -> tuple[Part, ...]:
    """Running text from lines, with its pictures, quotations and callouts."""
    parts: list[Part] = []
    lines: list[str] = []

    def flush() -> None:
        if text := trim(lines):
            parts.append(Text(text))
        lines.clear()

    for token in tokens:
        part = token.part or figure_in(token.text)
        if part is None:
            lines.append(_unescaped(token.text, lambda line: _is_form(line, is_heading)))
            continue
        flush()
        parts.append(part)
    flush()
    return tuple(parts)


def figure_in(line: str) -> Figure | None:
    """The picture that this line is. A picture on another site stays ordinary Markdown."""
    match = _FIGURE.fullmatch(line.strip())
    path = match and (match[2] or match[3])
    if not path or "://" in path or line.startswith(("    ", "\t")):
        return None
    return Figure(path, one_line(_plain(match[1])), one_line(_plain(match[4] or "")))


def render_parts(parts: Iterable[Part], is_heading: IsHeading, *, careful: bool) -> str:
    """The text that `parts_of` reads back as these parts. careful: escape what looks special."""
    return "\n\n".join(filter(None, (_rendered(part, is_heading, careful) for part in parts)))


def _rendered(part: Part, is_heading: IsHeading, careful: bool) -> str:
    match part:
        case Text(text):
            if not careful:
                return text
            return "\n".join(
                _escaped(line, lambda line: _is_form(line, is_heading))
                for line in split_lines(text)
            )
        case Figure(path, alt, caption):
            place = f"<{path}>" if re.search(r"[\s()]", path) else path
            title = ' "' + _backslashed(one_line(caption), '\\"') + '"' if caption else ""
            return f"![{_backslashed(one_line(alt), BRACKETS)}]({place}{title})"
        case Quote(text, who):
            return _box("quote", who, text)
        case Callout(title, text):
            return _box("callout", title, text)


def _box(kind: str, label: str, text: str) -> str:
    lines = [_escaped(line, _is_fence) for line in split_lines(trim(split_lines(text)))]
    return "\n".join([f"::: {kind} {one_line(label)}".rstrip(), *lines, ":::"])


def trim(lines: Iterable[str]) -> str:
    """The lines as one text, without blank lines at either end."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    start = next((n for n, line in enumerate(kept) if line.strip()), len(kept))
    return "\n".join(kept[start:])


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith(":::")


def _is_form(line: str, is_heading: IsHeading) -> bool:
    return _is_fence(line) or figure_in(line) is not None or is_heading(line)


def _escaped(line: str, special: IsHeading) -> str:
    return "\\" + line if special(line.lstrip("\\")) else line


def _unescaped(line: str, special: IsHeading) -> str:
    return line[1:] if line.startswith("\\") and special(line.lstrip("\\")) else line


def _backslashed(text: str, marks: str) -> str:
    return "".join("\\" + sign if sign in marks else sign for sign in text)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
