package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSummarize(t *testing.T) {
	good, bad, absent := part{name: "Go", passed: 7}, part{name: "Lint", passed: 1, failed: 2}, missing("Front end", 5, "no Python")
	for _, c := range []struct {
		parts    []part
		complete bool
		last     string
		fails    bool
	}{
		{[]part{good}, true, "7 passed, 0 failed\n", false},
		{[]part{good, bad}, false, "8 passed, 2 failed\n", true},
		{[]part{good, absent}, false, "7 passed, 0 failed\n", false},
		{[]part{good, absent}, true, "7 passed, 0 failed\n", true},
	} {
		var out strings.Builder
		err := summarize(&out, c.parts, c.complete)
		if (err != nil) != c.fails || !strings.HasSuffix(out.String(), "\n"+c.last) {
			t.Errorf("%+v, complete %v: error %v, printed:\n%s", c.parts, c.complete, err, &out)
		}
		if len(c.parts) > 1 && c.parts[1].notRun > 0 && !strings.Contains(out.String(), "5 not run") {
			t.Errorf("what was not run is not counted:\n%s", &out)
		}
	}
}

func TestReadJUnit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xml")
	report := `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4">
<testcase classname="test_a" name="test_good" time="0.1" />
<testcase classname="test_a" name="test_bad"><failure message="assert 1 == 2">long</failure></testcase>
<testcase classname="test_a" name="test_ends_badly"><error message="at its end">long</error></testcase>
<testcase classname="test_a" name="test_left_out"><skipped type="pytest.skip" message="there is no Chromium">where</skipped></testcase>
</testsuite></testsuites>`
	if err := os.WriteFile(path, []byte(report), 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := readJUnit(path)
	if err != nil || p.passed != 1 || p.failed != 2 || p.notRun != 1 || p.why[0] != "1 of them, there is no Chromium" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := readJUnit(path + ".none"); err == nil {
		t.Error("a report that is not there gave no error")
	}
}
