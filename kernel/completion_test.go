package main

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// BenchmarkCompletion measures the time from a request to its answer in a warm
// kernel, with cells that change each time and are not finished; medians. gopls
// is the user's one.
//
//	go test ./kernel -run - -bench Completion -benchtime 20x
func BenchmarkCompletion(b *testing.B) {
	f := newFront(b)
	f.run("import \"github.com/nnlab-go/lab/nnlab/nn\"\nvar model = nn.Sequential(nn.Input(2), nn.Dense(1))")
	f.warm()
	measure := func(b *testing.B, state string) {
		for name, ask := range map[string]func(i int){
			"complete package": func(i int) { f.complete(fmt.Sprintf("for i := range %d {\n\tnn.De|", i)) },
			"complete method":  func(i int) { f.complete(fmt.Sprintf("x := %d\nif x > 1 {\n\tmodel.F|", i)) },
			"inspect method":   func(i int) { f.inspect(fmt.Sprintf("x := %d\nif x > 1 {\n\tmodel.Fit(|", i)) },
			"inspect package":  func(i int) { f.inspect(fmt.Sprintf("for i := range %d {\n\tnn.Dense(|", i)) },
		} {
			b.Run(name+state, func(b *testing.B) {
				var times []time.Duration
				ask(-1)
				for i := range max(b.N, 1) {
					began := time.Now()
					ask(i)
					times = append(times, time.Since(began))
				}
				slices.Sort(times)
				b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
	measure(b, "")
	id := f.ask("shell", "execute_request", cell("for {\n}"))
	f.published(id, "execute_input")
	time.Sleep(2 * time.Second) // it is compiled
	measure(b, " while a cell runs")
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(id)
}
