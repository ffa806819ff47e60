package session

import (
	"strings"
	"testing"
	"time"
)

func newOutput() (*output, *time.Time, *[]string) {
	now := time.Unix(0, 0)
	var published []string
	return &output{now: func() time.Time { return now }, publish: func(name, text string) { published = append(published, name+" "+text) }}, &now, &published
}

// The first piece goes out at once, those right behind it together.
func TestOutputGathers(t *testing.T) {
	o, now, published := newOutput()
	if o.add("stdout", "a\n") {
		t.Error("the first piece waits")
	}
	for range 10 {
		*now = now.Add(time.Millisecond)
		if !o.add("stdout", "b") {
			t.Error("a piece does not wait")
		}
	}
	o.add("stderr", "c")
	o.end()
	*now = now.Add(time.Second)
	o.add("stdout", "d\n")
	*now = now.Add(time.Second)
	if !o.add("stdout", "e") {
		t.Error("half a line does not wait")
	}
	want := "stdout a\n|stdout bbbbbbbbbb|stderr c|stdout d\n"
	if got := strings.Join(*published, "|"); got != want {
		t.Errorf("published %s, want %s", got, want)
	}
}

// A hundred megabytes at once: four are shown, and the rest is counted.
func TestOutputIsLimited(t *testing.T) {
	o, now, published := newOutput()
	piece := strings.Repeat("x", 1<<15)
	for range 100 << 20 >> 15 {
		o.add("stdout", piece)
	}
	o.end()
	shown := 0
	for _, p := range *published {
		shown += strings.Count(p, "x")
	}
	if shown > burst || shown < burst-len(piece) {
		t.Errorf("%d bytes are shown, want %d", shown, burst)
	}
	if last := (*published)[len(*published)-1]; !strings.Contains(last, "100,7 MB") { // 96 MiB
		t.Errorf("the end says %q", last)
	}
	// A minute later there is room again.
	*now = now.Add(time.Minute)
	o.add("stdout", piece)
	o.end()
	if last := (*published)[len(*published)-1]; last != "stdout "+piece {
		t.Errorf("after a minute published %.20q", last)
	}
}

// What would be left out need not be read, until there is room again. What was not read
// is counted as what was left out.
func TestOutputSkips(t *testing.T) {
	o, now, published := newOutput()
	piece := strings.Repeat("x", 1<<15)
	for range 5 << 20 >> 15 {
		if o.skip(len(piece)) {
			break
		}
		o.add("stdout", piece)
	}
	if !o.skip(10e6) {
		t.Error("there is room for no piece, and one is read")
	}
	*now = now.Add(time.Duration(float64(len(piece)) / rate * float64(time.Second)))
	if o.skip(len(piece)) {
		t.Error("there is room again, and nothing is read")
	}
	o.add("stdout", piece)
	o.flush()
	shown := strings.Count(strings.Join(*published, ""), "x")
	if shown < burst {
		t.Errorf("%d bytes are shown, want %d and more", shown, burst)
	}
	o.end()
	if last := (*published)[len(*published)-1]; !strings.Contains(strings.Replace(last, ",", ".", 1), "10.1 MB") {
		t.Errorf("the end says %q", last)
	}
}
