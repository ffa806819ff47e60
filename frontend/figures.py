"""What must be true of a figure wherever it is shown."""

import re

NUMBER = re.compile(r"\d")
PICTURE = "img[src^='data:image/']"
LIVE = "[data-nnlab=live]"

# A picture that the browser could draw: it has a size, its words, and is in sight.
DRAWN = "e => e.complete && e.naturalWidth > 100 && e.alt.length > 5 && e.checkVisibility()"

COLOURS = """
    const rgba = s => { const n = s.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
    const over = (under, [r, g, b, a]) => under.map((v, i) => v + a * ([r, g, b][i] - v));
    const ground = e => e ? over(ground(e.parentElement), rgba(getComputedStyle(e).backgroundColor)) : [255, 255, 255];
    const light = c => c.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
    const contrast = (a, b) => { const [low, high] = [light(a), light(b)].sort((x, y) => x - y); return (high + .05) / (low + .05); };
"""

# The colour on which an element stands.
GROUND = "e => {" + COLOURS + "return ground(e); }"

# Of each text of a figure: its words, whether it lies within the figure, and its
# contrast (WCAG 2) with the page or with the rectangle that is drawn under it.
TEXTS = "svg => {" + COLOURS + """
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(t => t.textContent && t.getBoundingClientRect().width).map(t => {
        const b = t.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
        let under = ground(svg);
        for (const r of svg.querySelectorAll('rect')) {
            const q = r.getBoundingClientRect();
            if (q.left <= x && x <= q.right && q.top <= y && y <= q.bottom) {
                const s = getComputedStyle(r);
                if (s.fill === 'none') continue;
                under = over(under, [...rgba(s.fill).slice(0, 3), Number(s.fillOpacity)]);
            }
        }
        return {words: t.textContent, contrast: contrast(rgba(getComputedStyle(t).fill).slice(0, 3), under),
                inside: b.left >= frame.left - 1 && b.right <= frame.right + 1 && b.top >= frame.top - 1 && b.bottom <= frame.bottom + 1};
    });
}"""

# The pairs of texts that lie on each other.
OVERLAPS = """svg => {
    const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim() && t.getBoundingClientRect().width), found = [];
    const boxes = texts.map(t => t.getBoundingClientRect());
    boxes.forEach((a, i) => boxes.slice(0, i).forEach((b, j) => {
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
            found.push(texts[i].textContent + ' / ' + texts[j].textContent);
    }));
    return found;
}"""

# The texts of a network that cross the box in which they begin.
CROSSING = """svg => {
    const boxes = [...svg.querySelectorAll('rect[rx="5"]')].map(r => r.getBoundingClientRect());
    return [...svg.querySelectorAll('text')].filter(t => t.getBoundingClientRect().width).filter(t => {
        const b = t.getBoundingClientRect(), y = b.y + b.height / 2;
        const box = boxes.find(r => r.left <= b.left && b.left <= r.right && r.top <= y && y <= r.bottom);
        return box && (b.right > box.right - 2 || b.top < box.top || b.bottom > box.bottom);
    }).map(t => t.textContent);
}"""

# As TEXTS, of what is written outside of figures, where nothing is cut off.
WORDS = "output => {" + COLOURS + """
    const walker = document.createTreeWalker(output, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const words = walker.currentNode.data.trim(), e = walker.currentNode.parentElement;
        if (words && e.checkVisibility())
            found.push({words, contrast: contrast(rgba(getComputedStyle(e).color).slice(0, 3), ground(e))});
    }
    return found;
}"""


def pale(texts):
    """Those that cannot be read."""
    return [t for t in texts if t["contrast"] < 4.5]


def live(where):
    """Waits for the interactive figure, which takes the place of the picture, and tries it."""
    figure = where.locator(LIVE).first
    figure.locator("svg").first.wait_for(timeout=20_000)
    assert not where.locator(PICTURE).first.is_visible(), "the picture stands beside the interactive figure"
    box = figure.bounding_box()
    assert box["width"] > 300 and box["height"] > 150
    # The mouse over a curve brings its numbers.
    drawing, tooltip = figure.locator(":scope > div").first, figure.locator(":scope > div").nth(1)
    drawing.hover(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    tooltip.get_by_text(NUMBER).first.wait_for(timeout=10_000)


def pictures(where):
    """How many pictures are drawn there; at least one is waited for."""
    where.locator(PICTURE).first.wait_for(timeout=20_000)
    return sum(e.evaluate(DRAWN) for e in where.locator(PICTURE).all())
