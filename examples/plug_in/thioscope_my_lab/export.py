"""A file for our data base: one line for every share of a species."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from fitting import Project
from fitting.output.plug_ins import Export


def write_shares(_: Project, tables: Mapping[str, pd.DataFrame], folder: Path) -> Iterator[Path]:
    """Write the shares with their intervals; tables are those of the results, by name."""
    columns = ["region", "sample", "voltage_V", "species", "fraction", "fraction_low95"]
    shares = tables["species"].filter([*columns, "fraction_high95"])
    path = folder / "my-lab.jsonl"
    lines = (json.dumps(row) for row in json.loads(shares.to_json(orient="records")))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    yield path


EXPORT = Export("the file for our data base", write_shares)
