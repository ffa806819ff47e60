package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
	"github.com/nnlab-go/lab/kernel/internal/wire"
)

// keptVGG16 declares a kept VGG16, of 138 million parameters and 550 MB.
const keptVGG16 = `import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)
type photo struct{ *datasets.Set }
func (photo) Shape() tensor.Shape { return tensor.Shape{224, 224, 3} }
var vgg = nn.Keep("vgg16", func() *nn.Model { return arch.VGG16().Compile(nn.CategoricalCrossentropy, nn.SGD(0.01), nn.Accuracy) })
func image() photo {
	x := make([]float32, 224*224*3)
	for i := range x {
		x[i] = float32(i%251)/251
	}
	return photo{datasets.FromSlices([][]float32{x}, []int{1}).WithClasses(1000)}
}
// memory prints what the process takes: its own pages, and those of files.
func memory() {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "RssAnon") || strings.HasPrefix(line, "RssFile") {
			fmt.Println(strings.Join(strings.Fields(line), " "))
		}
	}
}`

// BenchmarkKeptVGG16 measures what a cell costs that uses a kept model of 550 MB:
// the time from the request to the first output, and the memory of its process.
// "look" is a cell that looks at the shape of the weights, "summary" prints the
// table, "evaluate" evaluates an image and "output" prints the answer for it;
// beside them "print", a cell that only prints.
//
//	go test ./kernel -run - -bench KeptVGG16 -benchtime 10x
func BenchmarkKeptVGG16(b *testing.B) {
	k := benchKernel(b)
	run(b, k, keptVGG16+"\n%%\nfmt.Println(vgg.Reset())") // draws the weights and keeps them
	for _, c := range []struct{ name, code string }{
		{"print", "fmt.Println(%d)"},
		{"look", "fmt.Println(%d, vgg.Params()[0].Value.Shape); memory()"},
		{"summary", "vgg.Summary(); fmt.Println(%d); memory()"},
		{"evaluate", "logs, err := vgg.Evaluate(image()); fmt.Println(%d, err, logs); memory()"},
		{"output", "y, err := vgg.Predict(image()); fmt.Println(%d, err, y.Shape); memory()"},
	} {
		b.Run(c.name, func(b *testing.B) {
			firstOutput(b, k, "%%\n"+fmt.Sprintf(c.code, -1))
			var times []time.Duration
			var said string
			for i := range b.N {
				took, text := run(b, k, "%%\n"+fmt.Sprintf(c.code, i))
				times, said = append(times, took), text
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms")
			b.ReportMetric(0, "ns/op")
			for _, m := range memoryLine.FindAllStringSubmatch(said, -1) {
				kilobytes, err := strconv.Atoi(m[2])
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(kilobytes)/1000, m[1]+"-MB")
			}
		})
	}
}

var memoryLine = regexp.MustCompile(`(RssAnon|RssFile): (\d+) kB`)

// run runs a cell and returns how long its first output took, and all that it said.
func run(b *testing.B, k *client.Client, code string) (time.Duration, string) {
	b.Helper()
	var said strings.Builder
	took := firstOutput(b, k, code, func(m wire.Message) { said.Write(m.Content) })
	return took, said.String()
}
