"""The text that bytes encode: in the encodings that instruments write, chosen by what fits.

A byte order mark decides; then UTF-16 and UTF-8, which other texts hardly ever are by chance. What
is left may be Chinese (GB 18030), Korean (CP949), Japanese (CP932, Shift-JIS) or Western European
(Windows-1252). Each is tried, and the one wins whose characters such a file would hold: frequent
ones of its language, or single accented letters and signs such as µ and ° between plain ones.
"""

import codecs
import re
from collections.abc import Callable, Mapping

WESTERN = "cp1252"

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# tabulators, line ends, form feed and the end mark of DOS are all that text holds below the blank
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_STRAY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 1 << 16
_STRAY_CONTROL = 1e-3
"""Part of a text's bytes that may be control characters: some programs leave a few."""
_FEWEST_ZEROS = 0.6
"""Part of the upper bytes of UTF-16 that are 0 at least: numbers are most of every file."""

# anchored: a search from within a long line of ASCII would look through the rest of it every time
_NOT_ASCII_LINE = re.compile(rb"(?m)^[^\n\x80-\xff]*[\x80-\xff][^\n]*")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONGEST_WESTERN_RUN = 2
_WESTERN = re.compile("[À-ÿŒœŠšŽžŸ°±²³¹µ·×¯§´¼½¾«»–—‘’“”…€™©®¿¡\xa0]")
_FREQUENT_CHINESE = frozenset(
    "的一是在不了有和人这中大为上个以要时来用们生到作地于出就分对成会可主发年动同工也能下过子产种面"
    "方后多定行学法所得经三之进着等部度电力水化高自二理起小物现实加量两体制机当使点从业本去性开合"
    "还由其前外天四日平形相全表间样与关各重新线内数正反原利比质气第向变条结解月无系最立代已通并提"
    "直程五果料位入常文总次品式设及管特件长基边流路级少图统接知组见计别角期根指区强放取据处光导器"
    "压增极交共收清转更单切带场具目示报完类名确科节整空元集温步记需段研界算低持容非验连断深值号率"
    "选标存效型按格置层始状适属调参细引充电压流时间容量循环测试日期工步系统能原始记录通道备注硫锂"
    "谱拉曼光斜恒序状态绝对相对功率密度阻抗频搁静倍首洗粉末片样品"
)
_FREQUENT_KOREAN = frozenset(
    "이다의는에을가하고지를한은로도서기사인자어나대시리정스그해보일제수부아상장전것만여주원들라게면"
    "성국구동미신안과조오학무모으경위공생실선우적물방간압류용량클충온험날짜단계측번호총경과률속파분"
    "광세값료샘플황리튬"
)
_FREQUENT_JAPANESE = frozenset(
    "電圧流時間容量充放試料測定値番号日付温度経過状態周波数強度積分年月分秒回名前硫黄電池正極負極"
)


def decode_text(data: bytes) -> str | None:
    """The text that the bytes encode with line ends made one, ``None`` if they are binary.

    A character cut off at the end is dropped, and so are stray control characters.
    """
    encoding = find_encoding(data)
    if encoding is None:
        return None
    mark = next((mark for mark, _ in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    errors = "replace" if encoding == WESTERN else "ignore"
    text = data[len(mark) :].decode(encoding, errors=errors)
    return _STRAY.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def find_encoding(data: bytes) -> str | None:
    """Name of the encoding, as Python calls it; ``None`` if the bytes are no text."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    utf16 = _utf16_without_mark(data[:_SAMPLE])
    if utf16 is not None:
        return utf16
    if len(_CONTROL.findall(data)) > len(data) * _STRAY_CONTROL:
        return None
    return "utf-8" if _can_decode(data, "utf-8") else _find_national(data)


def _utf16_without_mark(sample: bytes) -> str | None:
    """Which UTF-16 it is: most of its characters are plain, so that their upper bytes are 0."""
    for encoding, upper, lower in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        if len(lower) < 2 or upper.count(0) < _FEWEST_ZEROS * len(upper):
            continue
        text = sample.decode(encoding, errors="ignore")
        if len(_STRAY.findall(text)) <= len(text) * _STRAY_CONTROL and _can_decode(
            sample, encoding
        ):
            return encoding
    return None


def _can_decode(data: bytes, encoding: str) -> bool:
    """Whether all of the bytes mean something, but for a character cut off at the end."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _find_national(data: bytes) -> str:
    """The encoding in which the characters beyond ASCII are the most usual ones."""
    lines = b"\n".join(_NOT_ASCII_LINE.findall(data)[:2000])[:_SAMPLE]
    scores = {WESTERN: _score_western(lines)}
    for encoding, score_character in _ASIAN.items():
        if _can_decode(data, encoding):
            text = lines.decode(encoding, errors="ignore")
            high = [score_character(character) for character in text if character > "\x7f"]
            scores[encoding] = sum(high) / len(high) if high else 0.0
    return max(scores, key=lambda encoding: scores[encoding])


def _score_western(lines: bytes) -> float:
    """How usual the bytes are as letters and signs: they stand alone or in twos."""
    runs = [run.decode(WESTERN, errors="replace") for run in _HIGH_RUN.findall(lines)]
    usual = sum(len(_WESTERN.findall(run)) for run in runs if len(run) <= _LONGEST_WESTERN_RUN)
    return 0.7 * usual / max(sum(map(len, runs)), 1)


def _score_chinese(character: str) -> float:
    if character in _FREQUENT_CHINESE or _is_wide_sign(character):
        return 1.0
    code = character.encode("gb18030")
    # the first level of GB 2312 holds the 3755 characters of daily use
    return 0.5 if len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1 else 0.0


def _score_korean(character: str) -> float:
    if character in _FREQUENT_KOREAN or _is_wide_sign(character):
        return 1.0
    code = character.encode("cp949")
    # the 2350 syllables of KS X 1001
    return 0.6 if 0xB0 <= code[0] <= 0xC8 and code[-1] >= 0xA1 else 0.0


def _score_japanese(character: str) -> float:
    if "\u3041" <= character <= "\u30fc" or character in _FREQUENT_JAPANESE:
        return 1.0
    if _is_wide_sign(character):
        return 1.0
    code = character.encode("cp932")
    # the first level of JIS X 0208
    return 0.5 if len(code) == 2 and 0x88 <= code[0] <= 0x98 else 0.0


def _is_wide_sign(character: str) -> bool:
    """Brackets, stops and letters of full width, degrees and the like in all three."""
    return "\u3000" <= character <= "\u3011" or "\uff01" <= character <= "\uff5e"


_ASIAN: Mapping[str, Callable[[str], float]] = {
    "gb18030": _score_chinese,
    "cp949": _score_korean,
    "cp932": _score_japanese,
}
