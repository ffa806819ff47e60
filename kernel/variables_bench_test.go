package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
)

// BenchmarkVariables measures what variables cost a cell: the median of the
// differences to a trivial cell that runs beside it in the same kernel, whose code
// changes each time, from the request to the reply.
//
//	go test ./kernel -run - -bench Variables -benchtime 20x
func BenchmarkVariables(b *testing.B) {
	var small, many strings.Builder
	for i := range 20 {
		fmt.Fprintf(&small, "s%d := %d\n", i, i)
	}
	for i := range 300 {
		fmt.Fprintf(&many, "m%d := []int{%d}\n", i, i)
	}
	for _, c := range []struct{ name, before, code string }{
		{"OneOfTwentySmall", small.String() + "fmt.Println()", "fmt.Println(s7, %d)"},
		{"OneOf300", many.String() + "fmt.Println()", "fmt.Println(m7, %d)"},
		{"PredictOneImage", `train, test := datasets.MNIST()
model := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(10, nn.Softmax))
model.Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
model.Fit(train.Take(256), nn.Verbose(false))
image := make([]float32, 784)
one := datasets.FromSlices([][]float32{image}, []int{0})
fmt.Println(test.Len())`, "p, err := model.Predict(one)\nfmt.Println(p.Shape, err, %d)"},
		{"ImagesUntouched", "rows := make([][]float32, 60000)\nfor i := range rows {\n\trows[i] = make([]float32, 784)\n}\nfmt.Println()", "fmt.Println(%d)"},
		{"ImagesSummed", "", "sum := float32(0)\nfor _, r := range rows {\n\tfor _, v := range r {\n\t\tsum += v\n\t}\n}\nfmt.Println(sum, %d)"},
		{"MapChanged", "words := map[string]string{}\nfor i := range 100000 {\n\twords[fmt.Sprint(\"key \", i)] = fmt.Sprint(i)\n}\nfmt.Println()", "words[\"key 7\"] = fmt.Sprint(%d)\nfmt.Println(len(words))"},
	} {
		b.Run(c.name, func(b *testing.B) {
			if c.name == "ImagesSummed" {
				c.before = "rows := make([][]float32, 60000)\nfor i := range rows {\n\trows[i] = make([]float32, 784)\n}\nfmt.Println()"
			}
			k := benchKernel(b)
			whole(b, k, c.before)
			whole(b, k, fmt.Sprintf(c.code, -1))
			whole(b, k, "fmt.Println(-1)")
			var differences []time.Duration
			var trivial []time.Duration
			for i := range max(b.N, 1) {
				t := whole(b, k, fmt.Sprintf("fmt.Println(%d)", i))
				trivial = append(trivial, t)
				differences = append(differences, whole(b, k, fmt.Sprintf(c.code, i))-t)
			}
			slices.Sort(differences)
			slices.Sort(trivial)
			at := func(all []time.Duration, part float64) float64 {
				return float64(all[int(part*float64(len(all)-1))].Microseconds()) / 1000
			}
			b.ReportMetric(at(trivial, 0.5), "trivial-ms")
			b.ReportMetric(at(differences, 0.25), "more-q1-ms")
			b.ReportMetric(at(differences, 0.5), "more-ms")
			b.ReportMetric(at(differences, 0.75), "more-q3-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// whole runs a cell and returns how long it took, to its reply.
func whole(b *testing.B, k *client.Client, code string) time.Duration {
	b.Helper()
	began := time.Now()
	firstOutput(b, k, code)
	return time.Since(began)
}
