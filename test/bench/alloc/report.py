# SPDX-License-Identifier: Apache-2.0
"""What the bench found, as lines for a terminal, as tables for docs/performance.md, and as a picture."""
import math
import statistics

BEGIN, END = "<!-- written by ./dev bench alloc -->", "<!-- end -->"

# Ways to have an allocator → colour of the picture, in the order in which they are drawn.
COLOURS = {"tcmalloc": "#c9a227", "mimalloc": "#4a9d5b", "LD_PRELOAD": "#9a9ab0", "-ljemalloc": "#6f7fb8",
           "by hand": "#2f6fde", "cxx-alloc": "#d6336c"}
LABELS = {"glibc": "glibc", "-ljemalloc": "`-ljemalloc` 5.3.0", "LD_PRELOAD": "`LD_PRELOAD` 5.3.0",
          "by hand": "5.3.1 by hand", "cxx-alloc": "**cxx-alloc**", "tcmalloc": "tcmalloc", "mimalloc": "mimalloc"}


def add_way(way, like, label=None):
    """A column for another release of the allocator `like`, in a darker colour, or for one that cxx-alloc brings."""
    LABELS[way] = label or way
    brought = {"mimalloc": "#8fd19e", "scudo": "#7a4b2a"}
    COLOURS[way] = brought.get(like, "#333333") if way.startswith("--") else {"tcmalloc": "#8a6d0b", "mimalloc": "#1f6b30"}[like]


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def has_figures(row, way):
    """False where this way took too long to be measured."""
    return row["way"][way] is not None


def shown(row, way, figure):
    """The ratio to glibc, or that this way took too long to be measured."""
    return f"{row['way'][way][figure][0]:.2f}" if has_figures(row, way) else "> 100" if figure == 0 else "–"


def with_noise(figure):
    return f"{figure[0]:.2f} ± {figure[1]:.2f}"


def line(row):
    figures = " ".join(f"{way} {shown(row, way, 0)}" for way in row["way"] if way not in ("glibc", "again"))
    return (f"{row['name']:<20} glibc {row['seconds'] * 1e3:5.0f} ms; time / glibc: {figures}; / best "
            f"{row['of_best'][0][0]:.3f} ± {row['of_best'][0][1]:.3f}; again {row['again'][0]:.3f}; "
            f"peak / glibc {row['way']['cxx-alloc'][1][0]:.2f}, / by hand {row['of_hand'][1][0]:.2f}; "
            f"{row['rounds']} rounds")


def verdict(rows):
    """Where the aims are met, and where not."""
    def ratio(row, way, figure=0):
        return row["way"][way][figure][0]

    # All allocators that are not ours, as users have them.
    others = [way for way in rows[0]["way"] if way not in ("cxx-alloc", "again") and not way.startswith("--")]
    peers = [way for way in others if way.startswith(("tcmalloc", "mimalloc"))]
    time = geometric_mean(ratio(row, "cxx-alloc") for row in rows)
    peak = geometric_mean(ratio(row, "cxx-alloc", 1) for row in rows)
    by_hand = geometric_mean(row["of_hand"][0][0] for row in rows)
    slower = [f"{row['name']} ({with_noise(row['way']['cxx-alloc'][0])})" for row in rows if ratio(row, "cxx-alloc") > 1]
    beaten = []
    for row in rows:
        best = min((way for way in others if has_figures(row, way)), key=lambda way: ratio(row, way))
        if ratio(row, "cxx-alloc") > 1.1 * ratio(row, best):
            beaten.append(f"{row['name']} ({ratio(row, 'cxx-alloc') / ratio(row, best):.2f}, {best})")
    behind = [f"{row['name']} ({with_noise(row['of_best'][0])}, {row['best']})" for row in rows
              if row["of_best"][0][0] - row["of_best"][0][1] > 1]
    bigger = [f"{row['name']} ({ratio(row, 'cxx-alloc', 1):.2f}; {max(ratio(row, way, 1) for way in peers if has_figures(row, way)):.2f})" for row in rows
              if ratio(row, "cxx-alloc", 1) > max(ratio(row, way, 1) for way in peers if has_figures(row, way))]
    off = sorted(abs(row["again"][0] - 1) for row in rows)
    return "\n".join([
        f"- Faster than glibc by a factor of {1 / time:.2f} in the geometric mean of {len(rows)} rows: {time:.2f} of its time"
        " (aim: 0.45).",
        f"- More than 1.10 times the time of the best of all other allocators: {', '.join(beaten) or 'on no row'} (aim: on no row).",
        f"- Slower than glibc: {', '.join(slower) or 'on no row'}.",
        f"- Behind the best other way to link jemalloc by more than the noise: {', '.join(behind) or 'on no row'} (aim: on"
        f" no row). Against 5.3.1 linked by hand, time is {by_hand:.3f} in the geometric mean.",
        f"- Peak memory is {peak:.2f} of glibc's in the geometric mean (aim: 1.25), and more than the larger of tcmalloc's and mimalloc's:"
        f" {', '.join(bigger) or 'on no row'} (aim: on no row).",
        f"- Noise: two copies of one executable differ by {100 * statistics.median(off):.1f} % in the median of the rows,"
        f" and by {100 * off[-1]:.1f} % at most."])


def table(rows, figure, unit, of_glibc):
    """Markdown: figure 0 is time, 1 is memory."""
    ways = list(LABELS)[1:]
    other, key = ("/ best other jemalloc", "of_best") if figure == 0 else ("/ 5.3.1 by hand", "of_hand")
    again = ["the same again"] if figure == 0 else []
    text = ["| | " + " | ".join([f"glibc, {unit}", *(LABELS[way] for way in ways), other, *again]) + " |",
            "|---|" + "--:|" * (len(ways) + 2 + len(again))]
    for row in rows:
        cells = [of_glibc(row)] + [shown(row, way, figure) for way in ways]
        cells[1 + ways.index("cxx-alloc")] = f"**{row['way']['cxx-alloc'][figure][0]:.2f}**"
        cells.append(with_noise(row[key][figure]))
        cells += [f"{row['again'][0]:.2f}"] if again else []
        text.append("| " + " | ".join([row["name"], *cells]) + " |")
    means = [f"{geometric_mean(row['way'][way][figure][0] for row in rows if has_figures(row, way)):.2f}" for way in ways]
    last = [f"{geometric_mean(row[key][figure][0] for row in rows):.2f}"]
    last += [f"{geometric_mean(row['again'][0] for row in rows):.2f}"] if again else []
    text.append("| " + " | ".join(["geometric mean", "", *means, *last]) + " |")
    return "\n".join(text)


def write(docs, rows, memory, machine):
    rounds = sorted(row["rounds"] for row in rows)
    generated = "\n".join([
        BEGIN, "", f"{machine}; {rounds[0]} to {rounds[-1]} interleaved rounds for each row.", "", verdict(rows), "",
        "Time, as a ratio to glibc's (less is better):", "",
        table(rows, 0, "ms", lambda row: f"{row['seconds'] * 1e3:.0f}"), "",
        "Peak of resident memory, as a ratio to glibc's (less is better):", "",
        table(rows, 1, "MiB", lambda row: f"{row['peak'] / 1024:.1f}"), "",
        "What memory costs: peak of resident memory, for the idle program what stays, as a ratio to glibc's (less is better):",
        "", table(memory, 1, "MiB", lambda row: f"{row['peak'] / 1024:.1f}"), "", "And the time of the same:", "",
        table(memory, 0, "ms", lambda row: f"{row['seconds'] * 1e3:.0f}"), "", END])
    page = docs / "performance.md"
    text = page.read_text()
    before, rest = text.split(BEGIN)
    page.write_text(before + generated + rest.split(END)[1])
    (docs / "performance.svg").write_text(picture(rows))


def picture(rows):
    """A row for each program, a dot for each way; to the right is faster than glibc. What is slower still is at the edge."""
    left, width, step, top = 150, 560, 24, 64
    height = top + step * len(rows) + 40
    speeds = [1 / row["way"][way][0][0] for row in rows for way in COLOURS if has_figures(row, way)]
    low, high = math.log(max(0.4, min(0.8, *speeds)) / 1.05), math.log(max(2, *speeds) * 1.05)

    def x(speed):
        return left + width * max(0, math.log(speed) - low) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 30} {height}" font-family="sans-serif"'
             ' font-size="12">', "<title>Speed of programs by allocator, as a multiple of glibc's</title>",
             "<style>text{fill:#333}.axis{stroke:#bbb}.one{stroke:#555;stroke-width:1.5}"
             "@media (prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#555}.one{stroke:#bbb}}</style>"]
    for i, (way, colour) in enumerate(COLOURS.items()):
        parts.append(f'<circle cx="{left + 95 * (i % 6)}" cy="{12 + 16 * (i // 6)}" r="5" fill="{colour}"/>'
                     f'<text x="{left + 95 * (i % 6) + 9}" y="{16 + 16 * (i // 6)}">'
                     f'{way.replace("by hand", "5.3.1 by hand")}</text>')
    bottom = top + step * len(rows)
    for tick in (0.4, 0.5, 0.7, 1, 1.4, 2, 3, 4, 6, 8, 12, 16):
        if low <= math.log(tick) <= high:
            kind = "one" if tick == 1 else "axis"
            parts.append(f'<line class="{kind}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{top - 10}" y2="{bottom}"/>'
                         f'<text x="{x(tick):.1f}" y="{top - 16}" text-anchor="middle">{tick:g} ×</text>')
    for i, row in enumerate(rows):
        y = top + step * i + step / 2
        parts.append(f'<line class="axis" x1="{left}" x2="{left + width}" y1="{y}" y2="{y}" stroke-dasharray="1 4"/>'
                     f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{row["name"]}</text>')
        for way, colour in COLOURS.items():
            if not has_figures(row, way):
                continue
            parts.append(f'<circle cx="{x(1 / row["way"][way][0][0]):.1f}" cy="{y}" r="{5 if way == "cxx-alloc" else 4}"'
                         f' fill="{colour}"/>')
    parts.append(f'<text x="{left}" y="{bottom + 24}">times as fast as with glibc; logarithmic</text></svg>')
    return "\n".join(parts) + "\n"
