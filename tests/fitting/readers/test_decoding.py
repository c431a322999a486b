"""Bytes become the text that was written, in whatever encoding an instrument's computer has."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.readers.decoding import decode_text, find_encoding

WORDS = {
    "gb18030": [
        "测试时间/Sec,电流/mA,容量/mAh,比容量/mAh/g,电压/V",
        "循环号,工步号,电压(V),电流(mA),绝对时间",
        "样品1",
        "硫化物电解质",
        "温度(℃)",
        "记录序号",
        "恒流充电",
    ],
    "cp949": ["시간(s),전압(V),전류(A)", "사이클,용량(mAh)", "충전", "황화물 전해질", "온도 °C"],
    "cp932": ["時間(s),電圧(V),電流(A)", "サイクル", "試料名:硫化物固体電解質", "しけん", "温度"],
    "cp1252": [
        "Größe µm cm²",
        "cm¯¹",
        "Énergie de liaison",
        "Ångström ±3 §",
        "Señal",
        "„Probe“ Nr. 5",
        "Kühlung äußerst heiß",
        "Température à l’échantillon",
    ],
}
NUMBERS = "\n".join(f"{row},{2.5 + row / 50:.4f}" for row in range(40))
CASES = [(encoding, word) for encoding, words in WORDS.items() for word in words]


@pytest.mark.parametrize(("encoding", "heading"), CASES)
def test_a_heading_comes_out_as_it_was_written(encoding: str, heading: str) -> None:
    text = f"{heading}\n{NUMBERS}\n"
    assert decode_text(text.encode(encoding)) == text
    for unicode in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert decode_text(text.encode(unicode)) == text


@settings(max_examples=150, deadline=None)
@given(data=st.data(), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_mixture_of_words_of_one_language_comes_out(data: st.DataObject, end: str) -> None:
    encoding = data.draw(st.sampled_from(sorted(WORDS)))
    words = data.draw(st.lists(st.sampled_from(WORDS[encoding]), min_size=1, max_size=4))
    separator = data.draw(st.sampled_from([",", ";", "\t"]))
    text = separator.join(words) + end + NUMBERS.replace("\n", end).replace(",", separator)
    assert decode_text(text.encode(encoding)) == text.replace(end, "\n")


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange_to_be_judged(data: bytes) -> None:
    assert (decode_text(data) is None) == (find_encoding(data) is None)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_character_cut_off_at_the_end_does_not_change_the_encoding(encoding: str) -> None:
    text = "测试时间/Sec,电压/V\n0,3\n备注:电"
    assert decode_text(text.encode(encoding)[:-1]) == text[:-1]
