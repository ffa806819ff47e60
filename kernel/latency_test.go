package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/kerneltest"
	"github.com/nnlab-go/lab/kernel/internal/supervise"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// BenchmarkLatency measures the time from the request to a cell's first output,
// in warm kernels, with code that changes each time: of this kernel, of GoNB with
// its settings (run --plain) and of GoNB as it comes, which take turns. It
// reports medians and their ratio.
//
//	go test ./kernel -run - -bench Latency -benchtime 20x
func BenchmarkLatency(b *testing.B) {
	kernels := map[string]*client.Client{"nnlab": benchKernel(b), "plain": benchKernel(b, "--plain"), "gonb": bareGoNB(b)}
	for _, c := range []struct{ name, before, code string }{
		{"trivial", "", "fmt.Println(%d)"},
		{"imports", `import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)
var train, test = datasets.MNIST()
var model = nn.Keep("m", func() *nn.Model {
	return nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(10, nn.Softmax)).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1))
})
var live = viz.Live`, "fmt.Println(%d, model.Name(), train != nil, live != nil)"},
	} {
		b.Run(c.name, func(b *testing.B) {
			times := map[string][]time.Duration{}
			for name, k := range kernels {
				if c.before != "" {
					firstOutput(b, k, c.before+"\n%%\nfmt.Println()")
				}
				firstOutput(b, k, "%%\n"+fmt.Sprintf(c.code, -1))
				times[name] = nil
			}
			for i := range max(b.N, 1) {
				for name, k := range kernels {
					times[name] = append(times[name], firstOutput(b, k, "%%\n"+fmt.Sprintf(c.code, i)))
				}
			}
			median := func(name string) float64 {
				slices.Sort(times[name])
				return float64(times[name][len(times[name])/2].Microseconds()) / 1000
			}
			for name := range kernels {
				b.ReportMetric(median(name), name+"-ms")
			}
			b.ReportMetric(median("nnlab")/median("gonb"), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// firstOutput runs a cell and returns how long its first output took. Whoever
// wants to hears what it says.
func firstOutput(b *testing.B, k *client.Client, code string, hear ...func(wire.Message)) (took time.Duration) {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Patience)
	defer cancel()
	began := time.Now()
	var said strings.Builder
	reply, err := k.Execute(ctx, code, func(m wire.Message) {
		if m.Header.Type == "stream" && took == 0 {
			took = time.Since(began)
		}
		said.Write(m.Content)
		for _, h := range hear {
			h(m)
		}
	})
	if err != nil || took == 0 || reply.Status != "ok" {
		b.Fatalf("%s\nsaid nothing, or failed: %v %q\n%s", code, err, reply.Status, said.String())
	}
	return took
}

// benchKernel starts this kernel.
func benchKernel(b *testing.B, options ...string) *client.Client {
	b.Helper()
	p := &place{t: b, tmp: b.TempDir(), marker: "NNLAB_TEST=latency"}
	file := filepath.Join(p.tmp, "connection.json")
	return dialed(b, file, p.command(append(append([]string{"run"}, options...), file)...))
}

// bareGoNB starts GoNB in a workspace with the lab, with no other setting.
func bareGoNB(b *testing.B) *client.Client {
	b.Helper()
	root, err := gonb.Root()
	if err != nil {
		b.Fatal(err)
	}
	tools, err := gonb.Build(root, gonb.GoNB, gonb.GoImports, gonb.Gopls)
	if err != nil {
		b.Fatal(err)
	}
	tmp, err := supervise.Folder()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(tmp, "connection.json")
	c := exec.Command(filepath.Join(tools, "gonb"), "-kernel", file, "-go_work="+root, "-raw_error")
	c.Env = append(os.Environ(), "TMPDIR="+tmp, "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"), gonb.MarkerName+"=bare-latency", "GOWORK=")
	b.Cleanup(func() { supervise.Clear("bare-latency", tmp, 0) })
	return dialed(b, file, c)
}

// dialed starts a kernel's command and connects to it.
func dialed(b *testing.B, file string, c *exec.Cmd) *client.Client {
	b.Helper()
	connection, err := wire.NewConnection(file)
	if err != nil {
		b.Fatal(err)
	}
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), kerneltest.Patience)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		c.Wait()
		close(ended)
		cancel()
	}()
	k, err := client.Dial(ctx, connection)
	if err != nil {
		c.Process.Kill()
		<-ended
		b.Fatal(err, said.String())
	}
	b.Cleanup(func() {
		k.Shutdown()
		k.Close()
		c.Process.Signal(os.Interrupt)
		time.AfterFunc(10*time.Second, func() { c.Process.Kill() })
		<-ended
	})
	return k
}
