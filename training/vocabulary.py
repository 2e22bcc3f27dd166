"""Choose the pieces that English and French need, and write their tokenizer.

XLM-R's 250,002 pieces cover a hundred languages. Kept are the four special ones, every piece that
the commonest words of both languages (wordfreq) and the training replies use, and every single
character of the Latin script, digit and sign.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from base_model import BaseModel
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from wordfreq import top_n_list

COMMON = 40_000
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
UNKNOWN = SPECIAL.index("<unk>")


def tokenizer_of(pieces: Iterable[tuple[str, float]]) -> Tokenizer:
    """The Unigram tokenizer over these pieces, word by word as XLM-R's."""
    tokenizer = Tokenizer(Unigram(list(pieces), UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"[\p{Cc}\p{Cf}]"), "")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return tokenizer


def whole(base: BaseModel) -> Tokenizer:
    """The tokenizer over every piece of the base model."""
    return tokenizer_of(zip(base.pieces, base.scores, strict=True))


def _is_sign(piece: str) -> bool:
    text = piece.removeprefix("▁")
    if len(text) != 1:
        return not text
    known = unicodedata.name(text, "")
    return ord(text) < 0x250 or known.startswith("LATIN") or "QUOTATION" in known


def kept(base: BaseModel, replies: Iterable[str]) -> np.ndarray:
    """The old numbers of the pieces to keep, ascending, the special ones first."""
    tokenizer = whole(base)
    used = set(range(len(SPECIAL)))
    used |= {at for at, piece in enumerate(base.pieces) if _is_sign(piece)}
    words = [word for language in ("en", "fr") for word in top_n_list(language, COMMON)]
    texts = [*words, *(word.capitalize() for word in words), *replies]
    for found in tokenizer.encode_batch(texts):
        used.update(found.ids)
    return np.array(sorted(used))


def write(base: BaseModel, numbers: np.ndarray, path: Path) -> None:
    """Write the tokenizer over the kept pieces as one JSON file."""
    pieces = [(base.pieces[at], round(base.scores[at], 4)) for at in numbers]
    tokenizer_of(pieces).save(str(path), pretty=False)
