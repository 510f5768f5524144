"""python tools/subset_fonts.py FOLDER: makes edu_cms/static/fonts anew out of Noto Naskh Arabic.

FOLDER holds NotoNaskhArabic-Regular.ttf and NotoNaskhArabic-Bold.ttf, version 2.004 (SIL Open Font
License 1.1, its text lies beside the fonts): Debian's package fonts-noto-core, below
/usr/share/fonts/truetype/noto. Kept are the letters of Kazakh as China writes it, both hamzas, what
Arabic names and older texts bring along, signs and digits, with every layout rule. What a text has
beyond is drawn by the reader's own fonts. tests/edu_cms/test_fonts.py holds the result to it.
"""

import subprocess
import sys
from pathlib import Path

FONTS = Path(__file__).resolve().parents[1] / "edu_cms" / "static" / "fonts"
VERSION = "2.004"
LETTERS = "ابتجحخدرزسشعغفقكلمنهوىي" + "پچکڭگھۆۇۈۋیېە" + "ئء\u0674\u0640"
SIGNS = " \u00a0!,.:«»،؛؟٪٫٬0123456789"
# Joiners and marks of direction: never made by us, but met in pasted text.
INVISIBLE = "\u200c\u200d\u200e\u200f"


def main(folder: Path) -> None:
    for weight in ("Regular", "Bold"):
        source = folder / f"NotoNaskhArabic-{weight}.ttf"
        _require_version(source)
        target = FONTS / f"noto-naskh-kazakh-{weight.lower()}.woff2"
        subprocess.run(
            [
                sys.executable, "-m", "fontTools.subset", str(source),
                f"--text={LETTERS}{SIGNS}{INVISIBLE}",
                "--layout-features=*", "--flavor=woff2", f"--output-file={target}",
            ],
            check=True,
        )  # fmt: skip
        sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


def _require_version(source: Path) -> None:
    from fontTools.ttLib import TTFont

    told = TTFont(source)["name"].getDebugName(5)
    if VERSION not in told:
        raise SystemExit(f"{source.name} is {told!r}, not version {VERSION}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
