package complete

import (
	"context"
	"go/types"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/cells"
)

// Completer answers a front end's questions about the cell that is being typed.
type Completer struct {
	Client
	Words
	packages types.Importer // what cells import, as the kernel has it; it may be asked at any time
}

// New returns a completer for the lab in a folder, with the tools and this
// program as gonb.Setting has them, and the packages that the kernel's cells import.
func New(root, tools, program string, packages types.Importer) *Completer {
	return &Completer{Client{Root: root, Tools: tools, Program: program}, Words{Root: root}, packages}
}

// patience is how long gopls has for an answer, once it is warm.
const patience = time.Second

// Complete tells how a cell could go on at an offset: what could stand there
// between the offsets from and to.
func (c *Completer) Complete(ctx context.Context, source string, at int, known cells.Known) (items []Item, from, to int) {
	if d, ok := cells.NewDraft(source, at); ok {
		q := Compose(d, &known)
		if a, err := c.ask(ctx, q); err == nil {
			from, to = max(at-(q.At-a.From), 0), min(at+a.To-q.At, len(source))
			return a.Items, min(from, at), max(to, at)
		}
		if items, typed := members(c.packages, q); items != nil {
			return items, at - typed, at
		}
		items, typed := c.Words.Complete(source[:at], known.WithImports(d))
		return items, at - typed, at
	}
	return nil, at, at
}

// Inspect tells what the name at an offset of a cell is, in Markdown; "" where
// nothing is known of it.
func (c *Completer) Inspect(ctx context.Context, source string, at int, known cells.Known) string {
	d, ok := cells.NewDraft(source, at)
	if !ok {
		return ""
	}
	q := Compose(d, &known)
	q.Inspect = true
	if a, err := c.ask(ctx, q); err == nil {
		return a.Documentation
	}
	return c.Documentation(source[:cells.EndOfName(source, at)], known.WithImports(d))
}

// Await waits until gopls is ready, or ctx ends.
func (c *Completer) Await(ctx context.Context) {
	for {
		if _, err := c.Client.Ask(ctx, Compose(Draft{Code: "func main() {}\n"}, nil)); err == nil {
			return
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}

func (c *Completer) ask(ctx context.Context, q Query) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.Client.Ask(ctx, q)
}
