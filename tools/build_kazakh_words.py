"""Build content/kazakh/data/words.txt.gz from the Kazakh word list of hunspell-kk (Debian).

    apt-get download hunspell-kk && dpkg-deb -x hunspell-kk_*.deb there
    python3 tools/build_kazakh_words.py there/usr/share/hunspell/kk_KZ.dic

The result has one word a line, sorted, with the same bytes for the same list: lower case, or with
a capital where the list knows the word as a name only. Latin letters typed for Cyrillic ones are
put right. Affix flags are left out: the endings stand in content/kazakh/endings.py. The list's
licence goes beside the result (LICENCE.txt) and must stay there.
"""

import gzip
import io
import re
import sys

TARGET = "content/kazakh/data/words.txt.gz"
LOOK_ALIKES = str.maketrans("iIaAeEoOcCpPxXyYəƏɵƟ", "іІаАеЕоОсСрРхХуУәӘөӨ")
WORD = re.compile("[а-яёәіңғүұқөһ]{2,}")


def words(lines):
    """The words of a .dic file, names in capitals only where no common word is spelt alike."""
    found = {line.split("/")[0].strip().translate(LOOK_ALIKES) for line in lines}
    found = {word for word in found if WORD.fullmatch(word.lower())}
    common = {word for word in found if word == word.lower()}
    return sorted(common | {word for word in found if word.lower() not in common})


def main():
    """Read the list named on the command line, write the data file."""
    with io.open(sys.argv[1], encoding="utf-8-sig") as source:
        next(source)
        kept = words(source)
    with open(TARGET, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write("\n".join(kept).encode("utf-8"))
    print("{} words in {}".format(len(kept), TARGET))


if __name__ == "__main__":
    main()
