//go:build unix

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain is also the program of the tests.
func TestMain(m *testing.M) {
	switch os.Getenv("CARD_TEST") {
	case "tests":
		os.Stdout.WriteString("=== RUN   TestA\n    --- PASS: TestA/one (0.00s)\n    --- FAIL: TestA/two (0.00s)\n--- FAIL: TestA (0.00s)\n")
		os.Exit(1)
	case "fine":
		os.Stdout.WriteString("--- PASS: TestA (0.00s)\nPASS\n")
		os.Exit(0)
	case "nothing":
		os.Stdout.WriteString("testing: warning: no tests to run\nPASS\n")
		os.Exit(0)
	case "slow":
		os.Stdout.WriteString("--- PASS: TestA (0.00s)\npanic: test timed out after 1s\n")
		os.Exit(2)
	case "hang":
		time.Sleep(time.Hour)
	}
	os.Exit(m.Run())
}

// TestRun judges programs that pass, fail, do nothing, hang, and are not there.
func TestRun(t *testing.T) {
	for _, c := range []struct {
		what, program, verdict string
		passed                 int
		failed                 []string
		detail                 string
	}{
		{"fine", os.Args[0], passed, 1, nil, ""},
		{"tests", os.Args[0], failed, 1, []string{"TestA/two", "TestA"}, "exit status 1"},
		{"nothing", os.Args[0], failed, 0, nil, "no test has run"},
		{"slow", os.Args[0], late, 1, nil, "exit status 2"},
		{"hang", os.Args[0], late, 0, nil, "killed"},
		{"fine", "no-such-program", missing, 0, nil, "not found"},
	} {
		limit := time.Minute
		if c.what == "hang" {
			limit = time.Second / 2
		}
		log := filepath.Join(t.TempDir(), "log")
		o := part{name: c.what, limit: limit, program: c.program, env: []string{"CARD_TEST=" + c.what}, log: log, tests: true}.run(t.Context())
		if o.Verdict != c.verdict || o.Passed != c.passed || !slices.Equal(o.Failed, c.failed) || !strings.Contains(o.Detail, c.detail) || (c.detail == "") != (o.Detail == "") {
			t.Errorf("%s: %+v", c.what, o)
		}
		if text, err := os.ReadFile(log); (err == nil) != (c.verdict != missing) || c.passed > 0 && !strings.Contains(string(text), "--- PASS") {
			t.Errorf("%s: the log is %q, %v", c.what, text, err)
		}
	}
}

// All parts together end in time even if each hangs, and what they write is as many files as
// come back.
func TestParts(t *testing.T) {
	s := settings{home: "/home", out: "/out", total: 470 * time.Second, slow: 1, samples: 60000}
	tests, warm, measure := s.parts()
	var sum time.Duration
	files := map[string]bool{"card.json": true, "bench.json": true, "bench.md": true}
	for _, p := range append(tests, measure) {
		if p.log != "" {
			files[p.log] = true
		}
	}
	for _, p := range tests {
		sum += p.limit
	}
	if sum > s.total-3*time.Minute {
		t.Errorf("the tests may take %v of %v", sum, s.total)
	}
	if tests[0].limit+tests[1].limit > 150*time.Second || tests[0].limit > 2*time.Minute {
		t.Error("the verdict comes late")
	}
	if len(files) > 8 {
		t.Errorf("%d files", len(files))
	}
	for _, p := range warm {
		if p.log != "" || p.limit > s.total {
			t.Errorf("what warms up: %+v", p)
		}
	}
}

func TestResults(t *testing.T) {
	r := results{Card: "Some GPU"}
	r.add(outcome{Name: "a", Verdict: passed})
	r.add(outcome{Name: "b", Verdict: missing})
	r.add(outcome{Name: "c", Verdict: late, Failed: []string{"TestX"}})
	if r.bad() != 1 {
		t.Errorf("%d have not passed", r.bad())
	}
	dir := t.TempDir()
	if err := r.write(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "card.json"))
	var back results
	if err != nil || json.Unmarshal(text, &back) != nil || len(back.Parts) != 3 || back.Parts[2].Failed[0] != "TestX" {
		t.Errorf("%v: %s", err, text)
	}
}

// A part that prints without end keeps its beginning and its end.
func TestTail(t *testing.T) {
	var k tail
	k.Write([]byte("begin"))
	for range 64 {
		k.Write(make([]byte, 1<<20))
	}
	k.Write([]byte("end"))
	text := k.text()
	if !strings.HasPrefix(text, "begin") || !strings.HasSuffix(text, "end") || len(text) > 16<<20 {
		t.Errorf("%d bytes were kept", len(text))
	}
}

func TestTogether(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	all := together(ctx, []part{{name: "a", limit: time.Minute, program: "no-such-program"}, {name: "b", limit: time.Minute, program: os.Args[0], env: []string{"CARD_TEST=hang"}}})
	if len(all) != 2 || all[0].Verdict != missing || all[1].Verdict != late {
		t.Errorf("got %+v", all)
	}
}
