"""The counter of what wants to leave this machine does count."""

import os
import subprocess
import sys


def test_a_page_that_asks_outside_is_refused_and_counted(new_page, server, outside):
    page = new_page()
    page.goto(f"{server.url}login")
    refused = page.evaluate("() => fetch('http://example.com/').then(() => 'answered', () => 'refused')")
    assert refused == "refused"
    assert outside.asked == ["browser: http://example.com/"]
    outside.asked.clear()  # the test has passed


def test_a_program_that_asks_outside_is_refused_and_counted(outside):
    ask = "import urllib.request as u; u.urlopen('http://example.com/')"
    asked = subprocess.run([sys.executable, "-c", ask], env=os.environ | outside.environment(), capture_output=True, text=True)
    assert "403" in asked.stderr
    assert outside.asked == ["GET http://example.com/"]
    outside.asked.clear()  # the test has passed
