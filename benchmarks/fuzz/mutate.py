"""Makes damaged files of whole ones."""

import random

_WORDS = (b"1e999", b"-1", b"nan", b"\x00" * 16, b"\xff" * 16, b"9" * 400, b"\x1b[31m", b"\n" * 50)


def mutate_content(content: bytes, rng: random.Random) -> bytes:
    """One kind of damage, chosen at random."""
    damage = rng.choice(
        (_flip_bits, _cut_end, _zero_block, _repeat_block, _insert_word, _drop_block)
    )
    return damage(content, rng)


def _flip_bits(content: bytes, rng: random.Random) -> bytes:
    harmed = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 4, 32))):
        harmed[rng.randrange(len(harmed))] ^= 1 << rng.randrange(8)
    return bytes(harmed)


def _cut_end(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content))]


def _zero_block(content: bytes, rng: random.Random) -> bytes:
    start, size = _choose_block(content, rng)
    return content[:start] + bytes(size) + content[start + size :]


def _repeat_block(content: bytes, rng: random.Random) -> bytes:
    start, size = _choose_block(content, rng)
    return content[:start] + content[start : start + size] * rng.choice((2, 3)) + content[start:]


def _insert_word(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + rng.choice(_WORDS) + content[start:]


def _drop_block(content: bytes, rng: random.Random) -> bytes:
    start, size = _choose_block(content, rng)
    return content[:start] + content[start + size :]


def _choose_block(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content))
    size = rng.choice((1, 16, 512, 4096))
    return start, min(size, len(content) - start)
