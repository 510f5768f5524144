"""Writing the files that these tests import."""

from pathlib import Path

CASE_BODY = """\
## 案情简介

李某接到电话。

## 案例分析

骗子利用信息不对称。

## 风险提示

- 不转账

## 求助渠道

拨打 12378。
"""


def front_matter(**fields) -> str:
    rows = {"type": "case", "code": "piece", "title": "退保骗局", "lang": "zh-hans", **fields}
    return "".join(f"{key}: {value}\n" for key, value in rows.items() if value is not None)


def piece(body: str = CASE_BODY, **fields) -> str:
    """The text of a file; a field given as None is left out."""
    return f"---\n{front_matter(**fields)}---\n\n{body}"


class Folder:
    """A folder of materials under construction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(exist_ok=True)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def piece(self, code: str, body: str = CASE_BODY, **fields) -> Path:
        return self.write(f"{code}.md", piece(body, code=code, **fields))
