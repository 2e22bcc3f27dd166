"""The network: the first layers of the pretrained encoder, and two heads for the fifteen moves.

One head reads each piece (is it part of the words that prove the move?), the other the whole
reply (was the move made?) with one attention a move, as Mullenbach et al. 2018 (CAML) label
documents; the strongest piece of the first counts in the second.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from base_model import BaseModel
from torch import Tensor, nn
from torch.nn import functional

LABELS = 15
EPSILON = 1e-12


@dataclass(frozen=True)
class Shape:
    """How large the encoder is."""

    hidden: int = 384
    inner: int = 1536
    heads: int = 12
    layers: int = 12


class Layer(nn.Module):
    """One layer of BERT: attention, then the inner network, each with its norm after the sum."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm1 = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.up = nn.Linear(shape.hidden, shape.inner)
        self.down = nn.Linear(shape.inner, shape.hidden)
        self.norm2 = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` is [replies, pieces, hidden]; `mask` is True where a piece may be looked at."""
        size, length, hidden = x.shape
        parts = self.qkv(x).view(size, length, 3, self.heads, hidden // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + self.drop(self.out(seen.transpose(1, 2).reshape(size, length, hidden))))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Vectors of pieces and places in, a vector a piece out."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.places = nn.Embedding(512, shape.hidden)
        self.kinds = nn.Parameter(torch.zeros(shape.hidden))
        self.norm = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.drop = nn.Dropout(dropout)

    def forward(self, vectors: Tensor, mask: Tensor) -> list[Tensor]:
        """The vectors after every layer; `mask` is [replies, pieces], True where a piece is."""
        places = self.places(torch.arange(vectors.shape[1], device=vectors.device))
        x = self.drop(self.norm(vectors + places + self.kinds))
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], mask[:, None, None, :]))
        return states


class Detector(nn.Module):
    """The encoder with both heads."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(shape, dropout)
        self.piece = nn.Linear(shape.hidden, LABELS)
        self.look = nn.Linear(shape.hidden, LABELS)
        self.judge = nn.Parameter(torch.randn(LABELS, shape.hidden) * 0.01)
        self.strength = nn.Parameter(torch.ones(LABELS))
        self.bias = nn.Parameter(torch.full((LABELS,), 0.5))
        self.register_buffer("center", torch.zeros(shape.hidden))
        self.register_buffer("spread", torch.ones(shape.hidden))
        nn.init.constant_(self.piece.bias, -3.0)
        nn.init.normal_(self.piece.weight, std=0.01)
        nn.init.normal_(self.look.weight, std=0.01)

    def settle(self, vectors: Tensor, mask: Tensor) -> None:
        """Measure the centre and spread of the encoder's vectors, which share one direction."""
        with torch.no_grad():
            last = self.encoder(vectors, mask)[-1].float()[mask]
        self.center.copy_(last.mean(dim=0))
        self.spread.copy_(last.std(dim=0))

    def forward(self, vectors: Tensor, mask: Tensor, reply: Tensor) -> tuple[Tensor, Tensor]:
        """The logits of the pieces [replies, pieces, 15] and of the replies [replies, 15].

        `reply` is True where a piece belongs to the reply rather than to the partner's words.
        """
        last = (self.encoder(vectors, mask)[-1].float() - self.center) / self.spread
        pieces = self.piece(last)
        outside = ~reply[:, :, None]
        weight = torch.softmax(self.look(last).masked_fill(outside, -1e4), dim=1)
        pooled = torch.einsum("btm,bth->bmh", weight, last)
        strongest = pieces.masked_fill(outside, -30.0).amax(dim=1)
        whole = (pooled * self.judge).sum(-1) + self.strength * strongest + self.bias
        return pieces, whole


def fill(detector: Detector, base: BaseModel, shape: Shape) -> None:
    """Put the pretrained weights into the encoder."""

    def tensor(name: str, *size: int) -> Tensor:
        return torch.from_numpy(base.tensors[name].copy()).view(*size)

    hidden, inner = shape.hidden, shape.inner
    encoder = detector.encoder
    with torch.no_grad():
        encoder.places.weight.copy_(tensor("emb.pos", 512, hidden))
        encoder.kinds.copy_(tensor("emb.type", -1)[:hidden])
        encoder.norm.weight.copy_(tensor("emb.ln.w", hidden))
        encoder.norm.bias.copy_(tensor("emb.ln.b", hidden))
        for at, layer in enumerate(encoder.layers):
            own = f"l{at}."
            layer.qkv.weight.copy_(
                torch.cat([tensor(f"{own}{k}.w", hidden, hidden) for k in "qkv"])
            )
            layer.qkv.bias.copy_(torch.cat([tensor(f"{own}{k}.b", hidden) for k in "qkv"]))
            for part, name, size in (
                (layer.out, "ao", (hidden, hidden)),
                (layer.up, "fi", (inner, hidden)),
                (layer.down, "fo", (hidden, inner)),
            ):
                part.weight.copy_(tensor(f"{own}{name}.w", *size))
                part.bias.copy_(tensor(f"{own}{name}.b", size[0]))
            for norm, name in ((layer.norm1, "aln"), (layer.norm2, "oln")):
                norm.weight.copy_(tensor(f"{own}{name}.w", hidden))
                norm.bias.copy_(tensor(f"{own}{name}.b", hidden))
