"""The program's entry: what it settles before numpy is there."""

import os

import pytest

from app.__main__ import main


def test_linear_algebra_gets_one_thread_unless_somebody_chose_another_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    # set first, so that it is put back whether or not it was there
    monkeypatch.setenv("MKL_NUM_THREADS", "2")
    monkeypatch.delenv("MKL_NUM_THREADS")
    assert main(["library", "list"]) == 0
    assert capsys.readouterr().out
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
    assert os.environ["MKL_NUM_THREADS"] == "1"
