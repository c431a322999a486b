"""The impedance of a circuit with its derivatives, for many spectra at once.

A resistor beside a constant phase element (or a capacitor) is one block, fitted by resistance, time
constant and exponent; every other element is a block of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.impedance.circuit import Circuit, Element, InParallel, InSeries, Part
from fitting.impedance.elements import (
    ARC,
    ELEMENT_KINDS,
    IDEAL_ARC,
    ElementKind,
    ElementParameter,
    Response,
)
from fitting.impedance.series import ComplexArray


@dataclass(frozen=True, slots=True)
class Block:
    """What is fitted as one: an element, or an arc."""

    kind: ElementKind
    elements: tuple[Element, ...]
    """The resistor first in an arc."""
    first: int
    """Index of its first fitted parameter."""

    @property
    def columns(self) -> slice:
        return slice(self.first, self.first + len(self.kind.parameters))

    @property
    def is_arc(self) -> bool:
        return self.kind in (ARC, IDEAL_ARC)


@dataclass(frozen=True, slots=True)
class CircuitFunction:
    """A circuit made ready to be evaluated."""

    circuit: Circuit
    tree: "_Node"
    blocks: tuple[Block, ...]

    @property
    def parameters(self) -> tuple[ElementParameter, ...]:
        """Those that are fitted, in their order."""
        return tuple(one for block in self.blocks for one in block.kind.parameters)

    @property
    def series_blocks(self) -> tuple[Block, ...]:
        """Blocks that stand in series with all else."""
        assert isinstance(self.tree, _Joined)
        return tuple(part for part in self.tree.parts if isinstance(part, Block))

    def respond(
        self, theta: FloatArray, log_omega: FloatArray
    ) -> tuple[ComplexArray, ComplexArray]:
        """Impedance (n, m) and derivatives (n, p, m) at fitted parameters (n, p)."""
        columns = [theta[:, index, None] for index in range(theta.shape[1])]
        impedance, derivatives = _respond_node(self.tree, columns, log_omega)
        return impedance, np.stack(derivatives, axis=1)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Parts in series or in parallel."""

    parts: tuple["_Node", ...]
    is_parallel: bool


_Node = Block | _Joined


def compile_circuit(circuit: Circuit) -> CircuitFunction:
    """Make a circuit ready to be evaluated."""
    blocks: list[Block] = []
    tree = _compile_part(circuit.root, blocks)
    if isinstance(tree, Block):
        tree = _Joined((tree,), is_parallel=False)
    return CircuitFunction(circuit, tree, tuple(blocks))


def _compile_part(part: Part, blocks: list[Block]) -> _Node:
    if isinstance(part, Element):
        return _add_block(blocks, ELEMENT_KINDS[part.letter], (part,))
    arc = _find_arc(part)
    if arc is not None:
        return _add_block(blocks, *arc)
    parts = tuple(_compile_part(inner, blocks) for inner in part.parts)
    return _Joined(parts, isinstance(part, InParallel))


def _find_arc(part: InSeries | InParallel) -> tuple[ElementKind, tuple[Element, ...]] | None:
    if not isinstance(part, InParallel) or len(part.parts) != 2:
        return None
    elements = [inner for inner in part.parts if isinstance(inner, Element)]
    ordered = sorted(elements, key=lambda element: element.letter != "R")
    letters = "|".join(element.letter for element in ordered)
    kind = {"R|Q": ARC, "R|C": IDEAL_ARC}.get(letters)
    return None if kind is None else (kind, tuple(ordered))


def _add_block(blocks: list[Block], kind: ElementKind, elements: tuple[Element, ...]) -> Block:
    first = sum(len(block.kind.parameters) for block in blocks)
    blocks.append(Block(kind, elements, first))
    return blocks[-1]


def _respond_node(node: _Node, columns: Sequence[FloatArray], log_omega: FloatArray) -> Response:
    if isinstance(node, Block):
        return node.kind.respond(log_omega, columns[node.columns])
    found = [_respond_node(part, columns, log_omega) for part in node.parts]
    if not node.is_parallel:
        total = _add([impedance for impedance, _ in found])
        return total, [one for _, derivatives in found for one in derivatives]
    total = 1 / _add([1 / impedance for impedance, _ in found])
    return total, [
        (total / impedance) ** 2 * one for impedance, derivatives in found for one in derivatives
    ]


def _add(parts: Sequence[ComplexArray]) -> ComplexArray:
    return np.asarray(np.add.reduce(parts), dtype=complex)
