package supervise

import (
	"fmt"
	"strings"
	"testing"
)

func TestLog(t *testing.T) {
	var l Log
	var all strings.Builder
	for i := range 20_000 {
		fmt.Fprintln(&l, "line", i)
		fmt.Fprintln(&all, "line", i)
		if want := all.String(); l.String() != want[max(0, len(want)-longest):] {
			t.Fatalf("after line %d the log ends with %q", i, l.String()[max(0, len(l.String())-100):])
		}
	}
	if n := cap(l.kept); n > 4*longest {
		t.Errorf("the log takes %d bytes", n)
	}
	if n, err := l.Write([]byte(all.String())); n != all.Len() || err != nil || !strings.HasSuffix(all.String(), l.String()) {
		t.Errorf("a long text: %d of %d bytes, %v", n, all.Len(), err)
	}
}
