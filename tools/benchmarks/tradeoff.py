"""Accuracy against size, and time as the area of a point, in SVG: a panel for each task."""

import math

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 300, 220, 48, 40, 44, 16
SMALLEST_SHARE = 0.1
"""How much of the vertical axis a task's accuracies take up at least, so that chance doesn't look like a cliff."""


def plot(results: dict) -> str:
    """The points have the numbers of the rows in the tables."""
    width = LEFT + len(results) * (WIDTH + GAP)
    height = TOP + HEIGHT + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="16" font-size="13">right answers, against the bytes of the weights; '
        "the area of a point is the time of a call (all relative to f32)</text>",
    ]
    for position, (name, outcomes) in enumerate(results.items()):
        parts += panel(name, outcomes, LEFT + position * (WIDTH + GAP))
    return "\n".join([*parts, "</svg>", ""])


def panel(name: str, outcomes: list, left: float) -> list:
    first = outcomes[0]
    shares = [outcome.right / outcome.rows for outcome in outcomes]
    high = max(shares) + 0.02
    low = min(min(shares) - 0.02, high - SMALLEST_SHARE)
    x = lambda outcome: left + 20 + (WIDTH - 50) * outcome.bytes / max(o.bytes for o in outcomes)
    y = lambda share: TOP + HEIGHT * (high - share) / (high - low)
    bottom = TOP + HEIGHT
    parts = [
        f'<rect x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>',
        f'<text x="{left + 6}" y="{TOP - 6}" font-weight="bold">{name}</text>',
        f'<text x="{left + WIDTH / 2}" y="{bottom + 30}" text-anchor="middle">bytes of the weights</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        at = left + 20 + (WIDTH - 50) * share * first.bytes / max(o.bytes for o in outcomes)
        parts.append(f'<text x="{at:.1f}" y="{bottom + 14}" text-anchor="middle" fill="#555">{100 * share:.0f} %</text>')
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2) if (high - low) / s <= 6)
    for tick in range(math.ceil(low / step), math.floor(high / step) + 1):
        at = y(tick * step)
        parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{at:.1f}" y2="{at:.1f}" stroke="#eee"/>')
        parts.append(f'<text x="{left + 4}" y="{at - 2:.1f}" fill="#999" font-size="9">{100 * tick * step:.0f} %</text>')
    labels = {}
    for number, (outcome, share) in enumerate(zip(outcomes, shares, strict=True), start=1):
        radius = 9 * math.sqrt(outcome.microseconds / first.microseconds)
        color = "#333" if number == 1 else "#b3572f" if "--prune" in outcome.options else "#2f6fb3"
        parts.append(
            f'<circle cx="{x(outcome):.1f}" cy="{y(share):.1f}" r="{radius:.1f}" fill="{color}" fill-opacity="0.45"/>'
        )
        # Points in one place share a label.
        near = (p for p in labels if abs(p[0] - x(outcome)) < 8 and abs(p[1] - y(share)) < 8)
        labels.setdefault(next(near, (x(outcome), y(share))), []).append(str(number))
    for (at, height), numbers in labels.items():
        text = ", ".join(numbers)
        parts.append(f'<text x="{at:.1f}" y="{height - 12:.1f}" text-anchor="middle" font-size="10">{text}</text>')
    return parts
