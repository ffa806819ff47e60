package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/client"
)

// row is a cell of the table of what variables may cost: asked is how many milliseconds
// more than a trivial cell it may take. What GoNB has in their stead is declared again
// by each of its cells; it says nothing where that cannot be compared. A cell that uses
// packages of the lab links them, variable or not: beside is one that names the same
// packages and no variable, and what is more than that is the variable's.
type row struct {
	name, before, code string
	gonb               string
	asked              float64
	beside             string
}

const (
	lecture = `import (
	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/viz"
)
`
	exemplo1 = `nn.Sequential(nn.Input(784), nn.Flatten(), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(512, nn.ReLU), nn.Dropout(0.2), nn.Dense(10, nn.Softmax))`
	rows     = "rows := make([][]float32, 60000)\nfor i := range rows {\n\trows[i] = make([]float32, 784)\n}\n"
	words    = "words := map[string]string{}\nfor i := range 100000 {\n\twords[fmt.Sprint(\"key \", i)] = fmt.Sprint(i)\n}\n"
	summed   = "sum := float32(0)\nfor _, r := range rows {\n\tfor _, v := range r {\n\t\tsum += v\n\t}\n}\nfmt.Println(sum, %d)"
)

// made is a variable of GoNB's with the value that statements leave in it.
func made(name, typ, statements string) string {
	return "var " + name + " = func() " + typ + " {\n" + statements + "return " + name + "\n}()\n"
}

func variableRows() []row {
	var small, smallGoNB strings.Builder
	for i := range 20 {
		fmt.Fprintf(&small, "s%d := %d\n", i, i)
		fmt.Fprintf(&smallGoNB, "var s%d = %d\n", i, i)
	}
	uses := "fmt.Println(%d, nn.ReLU, datasets.Moons != nil, viz.Live != nil)"
	return []row{
		{name: "Trivial", code: "fmt.Println(%d)", gonb: "\n"},
		{name: "ImportsTheLab", before: lecture + "fmt.Println()", code: uses, gonb: lecture},
		{"OneOfTwentySmall", small.String() + "fmt.Println()", "fmt.Println(s7, %d)", smallGoNB.String(), 5, ""},
		{name: "OneOfTwentySmallChanged", before: small.String() + "fmt.Println()", code: "s7 = %d\nfmt.Println(s7)", gonb: smallGoNB.String()},
		{"PredictOneImage", "model := " + exemplo1 + `
model.Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)
one := datasets.FromSlices([][]float32{make([]float32, 784)}, []int{0})
model.Fit(datasets.FromSlices([][]float32{make([]float32, 784), make([]float32, 784)}, []int{0, 9}), nn.Verbose(false))
fmt.Println()`, "p, err := model.Predict(one)\nfmt.Println(p.Shape, err, %d)",
			lecture + "var model = " + exemplo1 + ".Compile(nn.CategoricalCrossentropy, nn.RMSprop(0.001), nn.Accuracy)\n" +
				"var one = datasets.FromSlices([][]float32{make([]float32, 784)}, []int{0})\n", 10, "fmt.Println(%d, nn.ReLU, datasets.Moons != nil)"},
		{"ImagesUntouched", rows + "fmt.Println()", "fmt.Println(%d)", made("rows", "[][]float32", rows), 2, ""},
		{name: "ImagesSummed", before: rows + "fmt.Println()", code: summed, gonb: made("rows", "[][]float32", rows)},
		{"MapChanged", words + "fmt.Println()", "words[\"key 7\"] = fmt.Sprint(%d)\nfmt.Println(len(words))", made("words", "map[string]string", words), 150, ""},
		{name: "KeptVGG16", before: keptVGG16 + "\n%%\nfmt.Println(vgg.Reset())", code: "y, err := vgg.Predict(image())\nfmt.Println(%d, err, y.Shape)", asked: 500},
	}
}

// BenchmarkVariables is the table of what variables may cost. Of each cell, whose code
// changes each time, it tells how long its first output takes, and the median of how
// much longer that is than a trivial cell's that runs beside it in the same kernel, of
// its ratio to that, of how much longer it is than a cell that names the same packages
// (more-than-imports), and of its ratio to GoNB's same cell, each with the interval that
// has it with 95 %. The last row has the ratio of a cell of a notebook with 100 cells and 300 variables to that of
// one with ten cells.
//
//	go test ./kernel -run - -bench Variables -benchtime 20x
func BenchmarkVariables(b *testing.B) {
	for _, r := range variableRows() {
		b.Run(r.name, func(b *testing.B) {
			k := benchKernel(b)
			var gonb *client.Client
			if r.gonb != "" {
				gonb = bareGoNB(b)
				firstOutput(b, gonb, r.gonb+"%%\n"+fmt.Sprintf(r.code, -1))
			}
			if r.before != "" {
				firstOutput(b, k, r.before)
			}
			firstOutput(b, k, fmt.Sprintf(r.code, -1))
			firstOutput(b, k, "fmt.Println(-1)")
			var is, more, times, imported, ratios []float64
			for i := range max(b.N, 1) {
				trivial := milliseconds(firstOutput(b, k, fmt.Sprintf("fmt.Println(%d)", i)))
				took := milliseconds(firstOutput(b, k, fmt.Sprintf(r.code, i)))
				is, more, times = append(is, took), append(more, took-trivial), append(times, took/trivial)
				if r.beside != "" {
					imported = append(imported, took-milliseconds(firstOutput(b, k, fmt.Sprintf(r.beside, i))))
				}
				if gonb != nil {
					ratios = append(ratios, took/milliseconds(firstOutput(b, gonb, "%%\n"+fmt.Sprintf(r.code, i))))
				}
			}
			reportMedian(b, is, "ms")
			reportMedian(b, more, "more-ms")
			reportMedian(b, times, "of-trivial")
			reportMedian(b, imported, "more-than-imports-ms")
			reportMedian(b, ratios, "of-gonb")
			if r.asked > 0 {
				b.ReportMetric(r.asked, "asked-ms")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("After100Cells", func(b *testing.B) {
		few, many := benchKernel(b), benchKernel(b)
		cell := func(i, n int) string {
			return fmt.Sprintf("a%d := []int{%d}\nb%d, c%d := \"%d\", %d.5\nfmt.Println(a%d, b%d, c%d)", i, n, i, i, n, n, i, i, i)
		}
		for i := range 100 {
			if i < 10 {
				firstOutput(b, few, cell(i, 0))
			}
			firstOutput(b, many, cell(i, 0))
		}
		var ratios []float64
		for n := range max(b.N, 1) {
			base := milliseconds(firstOutput(b, few, cell(n%10, n+1)))
			ratios = append(ratios, milliseconds(firstOutput(b, many, cell(n%100, n+1)))/base)
		}
		reportMedian(b, ratios, "of-first-ten")
		b.ReportMetric(1.1, "asked")
		b.ReportMetric(0, "ns/op")
	})
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// reportMedian reports a median and the interval that has it with 95 %: between the
// values whose ranks the sign test allows (by the normal approximation), all of them
// where they are few.
func reportMedian(b *testing.B, all []float64, unit string) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	n := len(all)
	low := max(0, int(math.Floor((float64(n)-1.96*math.Sqrt(float64(n)))/2)))
	b.ReportMetric((all[n/2]+all[(n-1)/2])/2, unit)
	b.ReportMetric(all[low], "low-"+unit)
	b.ReportMetric(all[n-1-low], "high-"+unit)
}
