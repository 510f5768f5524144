"""Any bytes at all for a file of figures: refused with a message, or whole in the ledger."""

import csv
import io
import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.reach import rollups
from campaigns.reach.importing import import_file
from tests.campaigns.reach.conftest import census
from tests.campaigns.reach.figure_files import GOOD, HEADER, as_xlsx


class TestAnythingAtAll:
    cells = st.one_of(
        st.text(max_size=12), st.sampled_from([*GOOD.values(), "", "1,234", "=1+1", "\x00", "＝"])
    )

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b))
    @example(",".join(HEADER).encode() + b"\n\xff")
    def test_no_bytes_give_a_traceback_or_a_partial_write(self, world, tmp_path, content):
        path = tmp_path / "any.csv"
        path.write_bytes(content)
        report = import_file(path)
        assert report.errors
        assert report.problems[0].message
        assert census() == (0, 0, 0)

    @settings(
        max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(rows=st.lists(st.lists(cells, min_size=8, max_size=12), min_size=1, max_size=4))
    def test_no_rows_are_half_imported(self, world, tmp_path, rows):
        before = census()
        path = tmp_path / "any.csv"
        out = io.StringIO()
        csv.writer(out).writerows([HEADER, [*GOOD.values()], *rows])
        path.write_bytes(out.getvalue().encode("utf-8", "replace"))
        report = import_file(path)
        if report.errors:
            assert census() == before
        assert list(rollups.differences()) == []

    @pytest.mark.parametrize("seed", range(8))
    def test_a_damaged_workbook(self, world, tmp_path, seed):
        chance = random.Random(seed)
        data = bytearray(as_xlsx([[*GOOD.values()]] * 3))
        for _ in range(30):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(data)
        assert import_file(path).problems
        assert census()[0] in (0, 1)
