"""What must be true of a figure wherever it is shown."""

import re

NUMBER = re.compile(r"\d")
PICTURE = "img[src^='data:image/']"
LIVE = "[data-nnlab=live]"

# A picture that the browser could draw: it has a size, its words, and is in sight.
DRAWN = "e => e.complete && e.naturalWidth > 100 && e.alt.length > 5 && e.checkVisibility()"


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
