package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestGoReport(t *testing.T) {
	lines := []string{
		`{"Action":"build-output","ImportPath":"m/broken","Output":"broken.go:1: no\n"}`,
		`{"Action":"fail","Package":"m/broken","Elapsed":0}`,
		`{"Action":"output","Package":"m/a","Test":"TestGood","Output":"chatter\n"}`,
		`{"Action":"pass","Package":"m/a","Test":"TestGood/sub"}`,
		`{"Action":"pass","Package":"m/a","Test":"TestGood"}`,
		`{"Action":"output","Package":"m/a","Test":"TestBad","Output":"why it failed\n"}`,
		`{"Action":"fail","Package":"m/a","Test":"TestBad"}`,
		`{"Action":"skip","Package":"m/a","Test":"TestSkipped"}`,
		`{"Action":"fail","Package":"m/a","Elapsed":1.5}`,
		`{"Action":"pass","Package":"m/b","Test":"TestGood"}`,
		`{"Action":"pass","Package":"m/b","Elapsed":2.25}`,
		`{"Action":"output","Package":"m/dead","Output":"panic before the first test\n"}`,
		`{"Action":"fail","Package":"m/dead","Elapsed":0.1}`,
		`{"Action":"skip","Package":"m/untested"}`,
		`go: a line that is not JSON`,
	}
	var out strings.Builder
	r := newGoReport(&out)
	if err := r.read(strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(len(r.ok), r.packagesFailed, r.passed, r.failed)
	if want := "1 3 2 3"; got != want {
		t.Errorf("packages ok, failed, tests passed, failed = %s, want %s", got, want)
	}
	for _, want := range []string{"broken.go:1: no", "why it failed", "FAIL  m/a  1.5s", "ok    m/b  2.2s  1 tests",
		"panic before the first test", "a line that is not JSON"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "chatter") {
		t.Errorf("what a good test printed is shown:\n%s", &out)
	}
}
