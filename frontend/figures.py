"""What must be true of a figure wherever it is shown."""

import re

NUMBER = re.compile(r"\d")
# A point or a comma for another purpose, a hyphen for a minus sign, powers of ten as computers
# write them, a percent sign that may stand at the beginning of the next line.
FOREIGN_NUMBER = re.compile(r"\d\.\d|\d,\d{3},\d|(?<![\w-])-\d|\d[eE][+-]?\d|\d ?%")
PICTURE = "img[src^='data:image/']"
LIVE = "[data-nnlab=live]"

# A picture that the browser could draw: it has a size, its words, and is in sight.
DRAWN = "async e => { await e.decode(); return e.naturalWidth > 100 && e.alt.length > 5 && e.checkVisibility(); }"

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

# Of each text of a figure: its words, their size in pixels, whether it lies within the figure,
# and its contrast (WCAG 2) with the page or with the rectangle that is drawn under it.
TEXTS = "svg => {" + COLOURS + """
    const frame = svg.getBoundingClientRect();
    const rects = [...svg.querySelectorAll('rect')].map(r => [r.getBoundingClientRect(), getComputedStyle(r)]).filter(([, s]) => s.fill !== 'none');
    return [...svg.querySelectorAll('text')].filter(t => t.textContent && t.getBoundingClientRect().width).map(t => {
        const b = t.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
        let under = ground(svg);
        for (const [q, s] of rects)
            if (q.left <= x && x <= q.right && q.top <= y && y <= q.bottom) under = over(under, [...rgba(s.fill).slice(0, 3), Number(s.fillOpacity)]);
        return {words: t.textContent, size: parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b), contrast: contrast(rgba(getComputedStyle(t).fill).slice(0, 3), under),
                inside: b.left >= frame.left - 1 && b.right <= frame.right + 1 && b.top >= frame.top - 1 && b.bottom <= frame.bottom + 1};
    });
}"""

# What hides a part of an element for good: something around it that is not moved sideways.
CUT = """e => {
    const {left, right} = e.getBoundingClientRect();
    for (let a = e.parentElement; a; a = a.parentElement) {
        const box = a.getBoundingClientRect(), {overflowX} = getComputedStyle(a);
        if (overflowX === 'visible') continue;
        if (left >= box.left - 1 && right <= box.right + 1) continue;
        return /auto|scroll/.test(overflowX) ? null : `${Math.max(box.left - left, right - box.right)} pixels are hidden by ${a.className || a.tagName}`;
    }
    return null;
}"""

# Waits until nothing that is drawn has moved for some frames.
SETTLED = """async () => {
    const look = () => JSON.stringify([...document.querySelectorAll('svg text, img')].map(e => { const b = e.getBoundingClientRect(); return [b.x, b.y, b.width]; }));
    for (let before = '', same = 0; same < 10;) {
        await new Promise(requestAnimationFrame);
        const now = look();
        same = now === before ? same + 1 : 0;
        before = now;
    }
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


# All of this about each output of a cell, and what is said there to who does not see it. A
# picture is put into the page as elements, in its place and in its size, as long as it is measured.
LOOK = "outputs => outputs.map(output => {const texts = " + TEXTS + ", overlaps = " + OVERLAPS + ", crossing = " + CROSSING + ", words = " + WORDS + ", cut = " + CUT + """;
    const live = output.querySelector('[data-nnlab=live]'), picture = output.querySelector("img[src^='data:image/svg']");
    const found = {both: live !== null && picture.checkVisibility(), cut: cut(live ?? picture), words: words(output),
        said: [...output.querySelectorAll('*')].flatMap(e => ['alt', 'aria-label', 'aria-valuetext', 'title'].map(a => e.getAttribute(a))).filter(Boolean)};
    const measure = drawings => Object.assign(found, {texts: drawings.flatMap(texts), overlaps: drawings.flatMap(overlaps), crossing: drawings.flatMap(crossing)});
    if (live) return measure([...live.querySelectorAll('svg')]);
    const {width, height} = picture.getBoundingClientRect();
    const source = new TextDecoder().decode(Uint8Array.from(atob(picture.src.split(',')[1]), c => c.charCodeAt(0)));
    const svg = document.importNode(new DOMParser().parseFromString(source, 'image/svg+xml').documentElement, true);
    Object.assign(svg.style, {width: width + 'px', height: height + 'px', maxWidth: 'none', display: 'block'});
    picture.after(svg);
    picture.style.display = 'none';
    measure([svg]);
    svg.remove();
    picture.style.display = '';
    return found;
})"""


def faults(look, zoom):
    """What keeps a figure from being read, by what LOOK has found."""
    if look["both"]:
        yield "the picture stands beside what is alive"
    if look["cut"]:
        yield look["cut"]
    for t in look["texts"]:
        if not t["inside"]:
            yield f"cut off: {t['words']}"
        if t["size"] * zoom < 11:
            yield f"{t['size'] * zoom:.1f} pixels high: {t['words']}"
    for t in pale(look["texts"] + look["words"]):
        yield f"contrast {t['contrast']:.2f}: {t['words']}"
    yield from (f"over each other: {pair}" for pair in look["overlaps"])
    yield from (f"crosses a box: {words}" for words in look["crossing"])
    for words in look["said"] + [t["words"] for t in look["texts"] + look["words"]]:
        if FOREIGN_NUMBER.search(words):
            yield f"a number that is not Portuguese: {words}"


def pale(texts):
    """Those that cannot be read."""
    return [t for t in texts if t["contrast"] < 4.5]


def live(where):
    """Waits for the interactive figure, which takes the place of the picture, and tries it."""
    figure = where.locator(LIVE).first
    figure.locator("svg").first.wait_for()
    assert not where.locator(PICTURE).first.is_visible(), "the picture stands beside the interactive figure"
    box = figure.bounding_box()
    assert box["width"] > 300 and box["height"] > 150
    # The mouse over a curve brings its numbers.
    drawing, tooltip = figure.locator(":scope > div").first, figure.locator(":scope > div").nth(1)
    drawing.hover(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    tooltip.get_by_text(NUMBER).first.wait_for()


def pictures(where):
    """How many pictures are drawn there; at least one is waited for."""
    where.locator(PICTURE).first.wait_for()
    return drawn(where)


def drawn(where):
    """How many pictures are drawn there now."""
    return sum(e.evaluate(DRAWN) for e in where.locator(PICTURE).all())
