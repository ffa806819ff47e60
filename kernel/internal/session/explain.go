package session

import (
	"context"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/report"
)

// patience is how long a cell that asks for documentation waits for gopls to be
// ready; what is known without it is shown then.
const patience = 5 * time.Second

// explain does what a cell asks that is a name with a question mark behind it:
// it shows what the name's documentation says, in the front end's pager.
func (x *execution) explain(name string) {
	ctx, stop := context.WithCancel(x.session.life)
	defer stop()
	found := make(chan string, 1)
	go func() {
		ready, late := context.WithTimeout(ctx, patience)
		defer late()
		x.session.Completer.Await(ready)
		found <- x.session.value(name, len(name)-1) + x.session.Completer.Inspect(ctx, name, len(name)-1, x.session.known())
	}()
	select {
	case text := <-found:
		if text == "" {
			x.failure = report.New(report.Published{Value: "não há documentação de " + name}, x.place)
			return
		}
		data := map[string]string{"text/markdown": text, "text/plain": plain(text)}
		x.payload = []any{map[string]any{"source": "page", "data": data, "start": 0}}
	case <-x.interrupted:
		x.failure = report.Interrupted()
	case <-ctx.Done():
	}
}
