package execute

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/nnlab-go/lab/internal/plain"
	"github.com/nnlab-go/lab/kernel/internal/ipynb"
	"github.com/nnlab-go/lab/kernel/internal/pt"
)

// Progress shows a run on a terminal or in a log: each cell with its first
// line, what it prints, and the words of the figures that it draws: on a
// terminal in place, in a log a line now and then.
type Progress struct {
	W        io.Writer
	Terminal bool
	Width    int // of the terminal, 0 when not known
	// Status takes the words of figures where several notebooks share the
	// terminal; nil: they are written to W.
	Status func(string)

	mu      sync.Mutex
	heard   time.Time // when the cell that runs began or last said something
	status  string    // the figure's words that stand on the terminal's last line
	said    time.Time // when a log was last told them
	pending string    // what a log has not been told yet
	Results []Result
}

// Result is a number that a notebook reports: its display outputs of the MIME
// type application/vnd.nnlab.result+json.
type Result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Text  string  `json:"text"`
}

const resultMIME = "application/vnd.nnlab.result+json"

func (p *Progress) say(text string) { fmt.Fprintln(p.W, text) }

// silence is how long a cell may say nothing before it is told that it waits, and
// then twice as long, and so on.
var silence = 30 * time.Second

// tellWaiting tells now and then that a cell says nothing: it may wait for
// something that never comes. The function that it returns ends that.
func (p *Progress) tellWaiting(cell int, limited bool) (end func()) {
	p.mu.Lock()
	p.heard = time.Now()
	p.mu.Unlock()
	advice := "; com -timeout 5m ela seria interrompida"
	if limited {
		advice = ""
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for patience := silence; ; {
			p.mu.Lock()
			quiet := time.Since(p.heard)
			if quiet >= patience {
				p.endStatus()
				p.say(fmt.Sprintf("nnlab: a célula %d roda há %s sem escrever nada%s", cell, pt.Duration(quiet.Round(time.Second)), advice))
				patience *= 2
			}
			p.mu.Unlock()
			select {
			case <-done:
				return
			case <-time.After(max(patience-quiet, silence/30)):
			}
		}
	}()
	return func() { close(done); <-ended }
}

func (p *Progress) cell(i, n int, source string) {
	line := fmt.Sprintf("[%d/%d] %s", i, n, FirstLine(source))
	if p.Status != nil {
		p.Status(line)
	}
	p.say(line)
}

func (p *Progress) cellEnd() {
	if p.pending != "" {
		p.say(p.pending)
		p.pending = ""
	}
	p.endStatus()
}

// output shows what a cell has just published.
func (p *Progress) output(kind string, content json.RawMessage, o ipynb.Output) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = time.Now()
	switch kind {
	case "stream":
		var s struct{ Text string }
		if json.Unmarshal(content, &s) == nil {
			p.endStatus()
			fmt.Fprint(p.W, plain.Text(s.Text))
		}
	case "display_data", "update_display_data", "execute_result":
		data := o.Data()
		if raw, ok := data[resultMIME]; ok {
			p.result(raw)
		}
		words := strings.TrimSpace(ipynb.Text(data["text/plain"]))
		switch {
		case words == "":
		case p.Status == nil && strings.Contains(words, "\n") && !picture(data): // a table, as Summary's
			p.endStatus()
			fmt.Fprintln(p.W, plain.Text(words))
		default:
			p.words(words)
		}
	}
}

// result notes a reported number; the same name again replaces it.
func (p *Progress) result(raw any) {
	var r Result
	data, err := json.Marshal(raw)
	if text, ok := raw.(string); ok {
		data, err = []byte(text), nil
	}
	if err != nil || json.Unmarshal(data, &r) != nil || r.Name == "" {
		return
	}
	for i := range p.Results {
		if p.Results[i].Name == r.Name {
			p.Results[i] = r
			return
		}
	}
	p.Results = append(p.Results, r)
}

// picture tells whether an output is one, of which the first line of its words is enough here.
func picture(data map[string]any) bool {
	for kind := range data {
		if strings.HasPrefix(kind, "image/") {
			return true
		}
	}
	return false
}

// words shows the words of a figure.
func (p *Progress) words(words string) {
	line, _, _ := strings.Cut(words, "\n")
	line = plain.Line(line)
	if p.Status != nil {
		p.Status(line)
		p.pending = line // its last words stay
		return
	}
	if p.Terminal {
		line = cut(line, p.Width-1) // one that wraps could not be written over
		fmt.Fprintf(p.W, "\r\x1b[K%s", line)
		p.status = line
		return
	}
	if p.pending = line; time.Since(p.said) > 2*time.Second {
		p.say(line)
		p.pending, p.said = "", time.Now()
	}
}

func (p *Progress) endStatus() {
	if p.status != "" {
		fmt.Fprintln(p.W)
		p.status = ""
	}
}
