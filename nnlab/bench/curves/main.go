// Command curves measures what the lecture and the papers show as curves, with three seeds, and
// writes the numbers to docs/curves.md.
//
//	go run ./nnlab/bench/curves                        # all: twenty minutes on two cores
//	go run ./nnlab/bench/curves -only gradient         # one of gradient, residual, resnet1001; the others stay
package main

import (
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/tensor"
)

// sections are the parts of the page.
var sections = []struct {
	name, heading, text string
	table               func() (string, error)
}{
	{"gradient", "## The gradient measured at each layer", gradientText, gradients},
	{"residual", "## Plain and residual networks of 20 and 56 layers", residualText, plainAndResidual},
	{"resnet1001", "## A residual network of 1001 layers learns", resNet1001Text, resNet1001},
}

const head = `# Curves of the lecture

Made by ` + "`go run ./nnlab/bench/curves`" + `. Each number is the median of three trainings, with the seeds
1, 2 and 3, and in parentheses the smallest and the largest.

`

var seeds = []uint64{1, 2, 3}

func main() {
	log.SetFlags(0)
	only := flag.String("only", "", "the one part that is measured; the others stay as they are")
	path := flag.String("o", "docs/curves.md", "the page")
	flag.Parse()
	before, err := os.ReadFile(*path)
	if err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	page := head
	for _, s := range sections {
		if *only != "" && *only != s.name {
			page += part(string(before), s.heading)
			continue
		}
		table, err := s.table()
		if err != nil {
			log.Fatalf("%s: %v", s.name, err)
		}
		page += s.heading + "\n\n" + strings.TrimSpace(s.text) + "\n\n" + table + "\n"
	}
	if err := os.WriteFile(*path, []byte(strings.TrimRight(page, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}

// part is what a page has under a heading, with it.
func part(page, heading string) string {
	_, text, found := strings.Cut(page, heading+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return heading + "\n" + strings.TrimRight(text, "\n") + "\n\n"
}

// table is rows with a heading, in Markdown.
func table(heading []string, rows [][]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(heading, " | "), strings.Repeat("--:|", len(heading)))
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
	}
	return b.String()
}

// spread is the median of some numbers with the smallest and the largest.
func spread(values []float64) string {
	sorted := slices.Sorted(slices.Values(values))
	return fmt.Sprintf("%s (%s – %s)", short(sorted[len(sorted)/2]), short(sorted[0]), short(sorted[len(sorted)-1]))
}

// short is a number with two digits.
func short(v float64) string {
	if a := math.Abs(v); a >= 0.01 && a < 100 {
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.1e", v)
}

// halved are pictures of half as many rows and columns, the mean of four pixels each: a network
// for them is trained in a fourth of the time.
type halved struct{ *datasets.Set }

func (h halved) Shape() tensor.Shape {
	s := h.Set.Shape()
	return tensor.Shape{s[0] / 2, s[1] / 2, s[2]}
}

func (h halved) Batch(index []int, x, y []float32) {
	s := h.Set.Shape()
	whole := make([]float32, len(index)*s.Size())
	h.Set.Batch(index, whole, y)
	clear(x)
	for i, v := range whole {
		image, row, column, channel := i/s.Size(), i/(s[1]*s[2])%s[0], i/s[2]%s[1], i%s[2]
		x[((image*(s[0]/2)+row/2)*(s[1]/2)+column/2)*s[2]+channel] += v / 4
	}
}

// digits are pictures to learn from and others, halved.
func digits(train, test int) (nn.Data, nn.Data) {
	a, b := datasets.MNIST()
	return halved{a.Take(train)}, halved{b.Take(test)}
}
