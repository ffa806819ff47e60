// Command bench times the lecture's Exemplo 1 on this machine: an epoch of the
// MLP over the 60 000 images of MNIST, in the two settings of the notebook, after
// an epoch to warm up.
//
//	go run ./nnlab/bench            # about a minute
//	go run ./nnlab/bench -epochs 5  # the median of five epochs
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

func main() {
	log.SetFlags(0)
	epochs := flag.Int("epochs", 3, "how many epochs to time; the median counts")
	flag.Parse()
	train, _ := datasets.MNIST()
	fmt.Printf("%s/%s, %d threads, %s\n", runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), runtime.Version())
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "Exemplo 1\ts an epoch\tGFLOP/s\t")
	for _, c := range []struct {
		name      string
		optimizer nn.Optimizer
		batch     int
	}{
		{"batch 128, RMSprop", nn.RMSprop(0.001), 128},
		{"batch 32, SGD with momentum", nn.SGD(0.01, nn.Momentum(0.9)), 32},
	} {
		model := arch.MLP().Compile(nn.CategoricalCrossentropy, c.optimizer)
		history, err := model.Fit(train, nn.Epochs(*epochs+1), nn.BatchSize(c.batch), nn.Verbose(false))
		if err != nil {
			log.Fatal(err)
		}
		timed := history.Seconds[1:]
		slices.Sort(timed)
		seconds := timed[len(timed)/2]
		fmt.Fprintf(w, "%s\t%.2f\t%.1f\t\n", c.name, seconds, float64(flops(train.Len()))/seconds/1e9)
	}
	w.Flush()
}

// flops is the arithmetic of an epoch of [arch.MLP]: each weight is multiplied
// and added once forwards and twice backwards, save that the first layer passes
// no gradient on.
func flops(examples int) int {
	const first, others = 784 * 512, 512*512 + 512*10
	return 2 * examples * (2*first + 3*others)
}
