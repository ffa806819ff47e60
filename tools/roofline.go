package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
)

// card is what a card's data sheet says: 10¹² operations a second of float32 without tensor
// cores, of float64, and of TF32 on tensor cores, 0 where they do not know it; and 10⁹ bytes a
// second.
type card struct {
	name, arch                string
	float32s, float64s, tf32s float64
	bandwidth                 float64
}

// cards are those of the table: NVIDIA's data sheets of T4 (2018), A100 40 GB SXM (2020) and
// H100 SXM (2022, whose 989·10¹² of TF32 are of matrices half of zeros), and for the RTX 3060
// the whitepaper on Ampere GA10x (2021), whose cores do as much TF32 as float32.
var cards = []card{
	{"T4", "sm_75", 8.1, 0.253, 0, 320},
	{"RTX 3060", "sm_86", 12.7, 0.199, 12.7, 360},
	{"A100", "sm_80", 19.5, 9.7, 156, 1555},
	{"H100", "sm_90", 66.9, 33.5, 494, 3350},
}

// milliseconds is the time that a card needs at least for what a kernel does, and what it waits
// for; of TF32 it is infinite where its cores do not know it.
func (c card) milliseconds(k counts) (float64, string) {
	arithmetic, double, memory, short := k.flops/c.float32s/1e9, k.doubles/c.float64s/1e9, k.moved/c.bandwidth/1e6, 0.0
	if k.tf32s > 0 {
		short = k.tf32s / c.tf32s / 1e9
	}
	switch most := max(arithmetic, double, memory, short); most {
	case memory:
		return memory, "memory"
	case short:
		return short, "TF32"
	case double:
		return double, "float64"
	default:
		return arithmetic, "float32"
	}
}

// usage is what ptxas says of each kernel, by architecture.
type usage map[string]map[string]resources

type resources struct{ registers, shared int }

var used = regexp.MustCompile(`Compiling entry function '(\w+)'[^\n]*\n(?:[^\n]*\n){2}[^\n]*Used (\d+) registers(?:[^\n]*?(\d+) bytes smem)?`)

// add takes what ptxas -v has printed.
func (u usage) add(arch, text string) {
	for _, m := range used.FindAllStringSubmatch(text, -1) {
		if u[m[1]] == nil {
			u[m[1]] = map[string]resources{}
		}
		var r resources
		fmt.Sscan(m[2], &r.registers)
		fmt.Sscan(m[3], &r.shared)
		u[m[1]][arch] = r
	}
}

// write writes the page of the kernels.
func (u usage) write(path string) error {
	page, err := u.page()
	if err != nil {
		return err
	}
	return os.WriteFile(path, page, 0o666)
}

// page is Markdown. Each kernel has its counts in counted, or is among the small ones.
func (u usage) page() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprint(&b, `# The GPU kernels on paper

Made by `+"`make test-cuda`"+`, which holds it to the kernels that are committed. **No number here was measured.**

`)
	fmt.Fprintf(&b, "A card needs at least as long as its memory for the bytes, or its processors for the operations; what is larger stands in brackets where it is not the memory. The cards do, by their data sheets:\n\n| | float32, 10¹²/s | float64, 10¹²/s | TF32, 10¹²/s | memory, GB/s |\n|---|--:|--:|--:|--:|\n")
	for _, c := range cards {
		tf32s := "–"
		if c.tf32s > 0 {
			tf32s = fmt.Sprint(c.tf32s)
		}
		fmt.Fprintf(&b, "| %s | %v | %v | %s | %v |\n", c.name, c.float32s, c.float64s, tf32s, c.bandwidth)
	}
	fmt.Fprintf(&b, "\nBytes are each number that a kernel must read or write, once; a sum in float64 counts as an operation of float64, and what tensor cores do as one of TF32. Elementwise kernels have 64·112·112·64 numbers, as many as a batch of 64 behind ResNet's first convolution.\n\n| kernel | what | 10⁹ float32 | 10⁹ float64 | 10⁹ TF32 | MB | operations a byte |")
	for _, c := range cards {
		fmt.Fprintf(&b, " %s, ms |", c.name)
	}
	fmt.Fprint(&b, "\n|---|---|--:|--:|--:|--:|--:|"+strings.Repeat("--:|", len(cards))+"\n")
	missing := slices.Collect(maps.Keys(u))
	for _, k := range counted() {
		for _, name := range strings.Fields(k.kernels) {
			at := slices.Index(missing, name)
			if at < 0 {
				return nil, fmt.Errorf("%s is counted, and is no kernel, or is counted twice", name)
			}
			missing = slices.Delete(missing, at, at+1)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |", strings.ReplaceAll(k.kernels, " ", ", "), k.what, digits(k.flops/1e9), digits(k.doubles/1e9), digits(k.tf32s/1e9), digits(k.moved/1e6), digits((k.flops+k.doubles+k.tf32s)/k.moved))
		for _, c := range cards {
			ms, bound := c.milliseconds(k)
			if math.IsInf(ms, 1) {
				fmt.Fprint(&b, " – |")
				continue
			}
			fmt.Fprintf(&b, " %s", digits(ms))
			if bound != "memory" {
				fmt.Fprintf(&b, " (%s)", bound)
			}
			fmt.Fprint(&b, " |")
		}
		fmt.Fprintln(&b)
	}
	for _, name := range small {
		at := slices.Index(missing, name)
		if at < 0 {
			return nil, fmt.Errorf("%s is said to be small, and is no kernel, or is counted", name)
		}
		missing = slices.Delete(missing, at, at+1)
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, errors.New("nobody has counted what these kernels do, see tools/roofline_counts.go: " + strings.Join(missing, ", "))
	}
	fmt.Fprintf(&b, "\nThe others, %s, have so few numbers that a card takes longer to start them than for their work.\n", strings.Join(small, ", "))
	writeWinograd(&b)
	fmt.Fprint(&b, "\n## Registers of a thread, and shared memory of a block\n\nAs ptxas of CUDA 12.9 says; no kernel keeps registers in memory. Those on tensor cores begin with sm_80.\n\n| kernel |")
	for _, c := range cards {
		fmt.Fprintf(&b, " %s, %s |", c.arch, c.name)
	}
	fmt.Fprint(&b, " bytes of shared memory |\n|---|"+strings.Repeat("--:|", len(cards)+1)+"\n")
	for _, name := range slices.Sorted(maps.Keys(u)) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, c := range cards {
			if r, ok := u[name][c.arch]; ok {
				fmt.Fprintf(&b, " %d |", r.registers)
				continue
			}
			fmt.Fprint(&b, " – |")
		}
		fmt.Fprintf(&b, " %d |\n", u[name]["sm_80"].shared)
	}
	return b.Bytes(), nil
}

// digits is a number to three digits.
func digits(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.*f", 2-int(math.Floor(math.Log10(v))), v)
}
