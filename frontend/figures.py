"""What must be true of a figure wherever it is shown."""

PICTURE = "img[src^='data:image/']"

# A picture that the browser could draw: it has a size, its words, and is in sight.
DRAWN = "e => e.complete && e.naturalWidth > 100 && e.alt.length > 20 && e.checkVisibility()"


def live(where):
    """Waits for the interactive figure, which takes the place of the picture."""
    figure = where.locator("canvas").first
    figure.wait_for(timeout=20_000)
    box = figure.bounding_box()
    assert box["width"] > 200 and box["height"] > 100
    # Something is drawn on it: not all points have one colour.
    assert figure.evaluate("""e => {
        const c = e.getContext('2d').getImageData(0, 0, e.width, e.height).data;
        return new Set(new Uint32Array(c.buffer)).size > 3;
    }""")
    return figure


def pictures(where):
    """How many pictures are drawn there; at least one is waited for."""
    where.locator(PICTURE).first.wait_for(timeout=20_000)
    return sum(e.evaluate(DRAWN) for e in where.locator(PICTURE).all())
