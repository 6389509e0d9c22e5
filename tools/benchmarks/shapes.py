"""The products whose speed is compared with OpenBLAS's."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    m: int
    k: int
    n: int
    batch: int = 1
    right: str = "given"
    """The right operand: `given` at run time, `given transposed`, or `known` as weights are."""
    left: str = "given"
    """The left operand: `given` or `given transposed`."""

    @property
    def title(self) -> str:
        batch = f"{self.batch} x " if self.batch > 1 else ""
        kinds = [f"{side} {kind}" for side, kind in (("left", self.left), ("right", self.right)) if kind != "given"]
        return f"{batch}{self.m} x {self.k} x {self.n}{', ' if kinds else ''}{', '.join(kinds)}"

    @property
    def operations(self) -> int:
        return 2 * self.batch * self.m * self.k * self.n

    @property
    def moved_bytes(self) -> int:
        """What has to be read and written at least."""
        return 4 * self.batch * (self.m * self.k + self.k * self.n + self.m * self.n)

    def declarations(self, index: int) -> str:
        """The lines of a model that compute it, as the entry `p` with the index."""
        lead = f"{self.batch}, " if self.batch > 1 else ""
        left = [self.m, self.k] if self.left == "given" else [self.k, self.m]
        right = [self.n, self.k] if self.right == "given transposed" else [self.k, self.n]
        arguments = [f"x: f32[{lead}{left[0]}, {left[1]}]"]
        a = "x" if self.left == "given" else "transpose(x)"
        lines, b = [], "w"
        if self.right == "known":
            lines, b = [f"  param w{index}: f32[{right[0]}, {right[1]}]"], f"w{index}"
        else:
            arguments.append(f"w: f32[{lead}{right[0]}, {right[1]}]")
            if self.right != "given":
                b = "transpose(w)"
        result = f"f32[{lead}{self.m}, {self.n}]"
        return "\n".join([*lines, f"  func p{index}({', '.join(arguments)}) -> {result} {{ return {a} @ {b} }}"])


SQUARES = [1, 2, 3, 7, 8, 16, 17, 32, 48, 63, 64, 96, 127, 128, 129, 192, 256, 384, 512, 768, 1000, 1024, 2048]

SKINNY = [
    (1, 768, 768), (1, 4096, 4096), (1, 2048, 1000), (2, 1024, 1024), (4, 1024, 1024), (5, 1024, 1024), (8, 512, 2048),
    (16, 2048, 2048), (2048, 2048, 1), (1000, 1000, 3), (2048, 1024, 7), (2048, 512, 16), (2048, 2048, 33),
    (2048, 1, 2048), (1000, 3, 1000), (2048, 8, 512), (512, 16, 512), (2048, 64, 2048), (64, 2048, 64),
    (7, 2048, 7), (1, 2048, 1), (17, 63, 129), (127, 1000, 63), (129, 127, 1000),
]  # fmt: skip

MODELS = [
    (128, 768, 768), (128, 768, 3072), (128, 3072, 768), (197, 768, 768), (1, 768, 768), (1, 4096, 4096), (4, 1024, 1024),
    (16, 2048, 2048), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (128, 768, 5000),
]  # fmt: skip

TRANSPOSED = [(1, 2048, 2048), (16, 2048, 2048), (64, 64, 64), (127, 129, 63), (512, 512, 512), (1024, 1024, 1024)]

BATCHES = [(12, 128, 64, 128), (12, 128, 128, 64), (64, 49, 32, 49), (256, 7, 17, 7), (16, 1, 512, 512)]


def sweep() -> list[Shape]:
    """The shapes; some are drawn at random, always the same."""
    generator = random.Random(1)
    extents = [1, 2, 5, 7, 13, 17, 31, 63, 64, 100, 127, 129, 200, 255, 256, 400, 512, 777, 1000, 1024, 1500, 2048]
    shapes = [Shape(n, n, n) for n in SQUARES]
    shapes += [Shape(*shape) for shape in SKINNY]
    shapes += [Shape(*shape, right="known") for shape in MODELS]
    shapes += [Shape(*shape, right="given transposed") for shape in TRANSPOSED]
    shapes += [Shape(*shape, left="given transposed") for shape in TRANSPOSED[1:]]
    shapes += [Shape(m, k, n, batch) for batch, m, k, n in BATCHES]
    shapes += [Shape(*(generator.choice(extents) for _ in range(3))) for _ in range(24)]
    return shapes
