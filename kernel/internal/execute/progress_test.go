package execute

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// lines tells each line that is written.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// A cell that says nothing is named, with the option that would end it; one that
// speaks is not, nor one that has ended.
func TestTellWaiting(t *testing.T) {
	defer func(d time.Duration) { silence = d }(silence)
	silence = time.Millisecond
	out := make(lines, 100)
	p := &Progress{W: out}
	end := p.tellWaiting(3, false)
	if got := <-out; !strings.HasPrefix(got, "nnlab: a célula 3 roda há ") || !strings.HasSuffix(got, " sem escrever nada; com -timeout 5m ela seria interrompida\n") {
		t.Errorf("told %q", got)
	}
	end()
	for len(out) > 0 {
		<-out // it may have been told again
	}
	end = p.tellWaiting(4, true)
	if got := <-out; !strings.HasPrefix(got, "nnlab: a célula 4 roda há ") || !strings.HasSuffix(got, " sem escrever nada\n") {
		t.Errorf("told %q", got)
	}
	end()
	p.heard = time.Now().Add(-time.Hour)
	p.output("stream", json.RawMessage(`{"text": "fala\n"}`), nil)
	if quiet := time.Since(p.heard); quiet > time.Minute {
		t.Errorf("a cell that has just spoken is silent for %v", quiet)
	}
}
