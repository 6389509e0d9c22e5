"""The ratios as a bar chart in SVG."""

from .report import geometric_mean

WIDTH, LEFT, BAR, GAP = 760, 190, 11, 12
COLORS = {1: "#2f6fb3", 2: "#8fb8de"}


def bars(results: list, threads: list) -> str:
    """How many times as fast as the faster peer each model is; a line marks 1."""
    rows = [(result.title, [result.ratio(count) for count in threads]) for result in results]
    rows.append(("geometric mean", [geometric_mean(r.ratio(count) for r in results) for count in threads]))
    most = max(1.6, max(max(values) for _, values in rows) * 1.08)
    scale = (WIDTH - LEFT - 60) / most
    step = len(threads) * BAR + GAP
    height = 56 + len(rows) * step
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="18" font-size="13">times as fast as the faster of ONNX Runtime and OpenVINO</text>',
    ]
    for position, count in enumerate(threads):
        x = LEFT + 90 * position
        parts.append(f'<rect x="{x}" y="27" width="10" height="10" fill="{color(count)}"/>')
        parts.append(f'<text x="{x + 15}" y="36">{count} thread{"" if count == 1 else "s"}</text>')
    for row, (title, values) in enumerate(rows):
        top = 48 + row * step
        parts.append(f'<text x="{LEFT - 8}" y="{top + step / 2}" text-anchor="end">{title}</text>')
        for place, (count, value) in enumerate(zip(threads, values)):
            y = top + place * BAR
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{value * scale:.1f}" height="{BAR - 1}" fill="{color(count)}"/>')
            parts.append(f'<text x="{LEFT + value * scale + 5:.1f}" y="{y + 9}" font-size="10">{value:.2f}</text>')
    line = LEFT + scale
    parts.append(f'<line x1="{line:.1f}" x2="{line:.1f}" y1="42" y2="{height - 8}" stroke="#333" stroke-dasharray="3 3"/>')
    return "\n".join([*parts, "</svg>", ""])


def color(threads: int) -> str:
    return COLORS.get(threads, "#c9d8e6")
