"""What the tests of the model panel share."""

from collections.abc import Callable
from typing import Any

import pytest

from app.document import Document
from app.model.model_panel import ModelPanel


@pytest.fixture
def panel(document: Document, shown: Callable[..., Any]) -> ModelPanel:
    return shown(ModelPanel(document), 430, 700)
