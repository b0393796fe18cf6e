"""Series on their way to text: what is put in comes out, in both formats."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from monitor.metrics.catalogue import Metric, Type
from monitor.metrics.sheet import Column, Sheet, one, value


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=3))
def test_label_values_come_back_from_both_parsers_as_they_were(texts):
    sheet = Sheet([Column(Metric("kulkul_thing_info", Type.INFO, "A thing.", ("service", "name")))])
    for at, text in enumerate(texts):
        sheet.label(str(at), {"service": text})
        sheet.fill(str(at), [one(name=text)])
    plain = b"".join(sheet.blocks(openmetrics=False)).decode()
    (family,) = parse_text(plain)
    assert [sample.labels for sample in family.samples] == [{"service": t, "name": t} for t in texts]
    exact = b"".join(sheet.blocks(openmetrics=True)).decode()
    if len(set(texts)) == len(texts):  # the stricter parser refuses a series that comes twice
        (family,) = parse_openmetrics(exact + "# EOF\n")
        assert [sample.labels for sample in family.samples] == [{"service": t, "name": t} for t in texts]


@given(st.floats(min_value=0, max_value=1e12))
def test_a_value_is_printed_to_the_millisecond(number):
    printed = float(value(number).removeprefix(b"} "))
    assert abs(printed - number) <= 0.0005 + number * 1e-15
