"""Small pieces of HTML, for what notebooks show of a value."""

from collections.abc import Iterable, Sequence
from html import escape


def html_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; numbers in their shortest form."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(map(_table_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_list(sentences: Iterable[str]) -> str:
    """A list; empty text for no sentences."""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return items and f"<ul>{items}</ul>"


def _table_cell(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"<td>{escape(text)}</td>"
