package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/peak"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// example is a run with invented numbers.
func example() *Run {
	gemm := work.Item{Name: work.Gemm1024, Title: "NN 1024×1024×1024", Kind: work.Gemm, FLOPs: 2e9}
	epoch := work.Item{Name: "exemplo1-b128", Title: "Exemplo 1", Kind: work.Epoch, Samples: 1280, FLOPs: 4e9}
	return &Run{
		Machine: Machine{Processor: "Some CPU", Vectors: "AVX2, FMA", Cores: 2, Threads: 2, System: "linux/amd64", Go: "go1"},
		Peaks:   []peak.Result{{GFLOPS: 200, Loop: "AVX2", Ceiling: true}},
		Rounds:  3,
		Measured: []*drive.Measured{
			{Item: gemm, Contender: work.Lab, Seconds: []float64{0.03, 0.0125, 0.01}},
			{Item: epoch, Contender: work.Lab, Seconds: []float64{0.5}, Memory: 100 << 20},
		},
	}
}

func TestText(t *testing.T) {
	var text strings.Builder
	example().Text(&text)
	for _, want := range []string{
		"Some CPU (AVX2, FMA), 2 cores, 2 threads, linux/amd64, go1\n",
		"FMA peak: 200 GFLOP/s (AVX2)\n",
		"NN 1024×1024×1024  12.5 ms  160.0    80 %\n",
		"Exemplo 1, 1280 images  500 ms  8.0      4 %\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("there is no %q in\n%s", want, &text)
		}
	}
}

// withPeers adds two peers, one of which is faster at products and fails at epochs,
// and the lab on one thread.
func withPeers() *Run {
	r := example()
	gemm, epoch := r.Measured[0].Item, r.Measured[1].Item
	step := work.Item{Name: "step-resnet-b8", Title: "ResNet", Kind: work.Step, FLOPs: 8e9}
	r.Measured = append(r.Measured,
		&drive.Measured{Item: gemm, Contender: "A", Seconds: []float64{0.01}},
		&drive.Measured{Item: gemm, Contender: "B", Seconds: []float64{0.02}},
		&drive.Measured{Item: epoch, Contender: work.LabSingle, Seconds: []float64{0.9}},
		&drive.Measured{Item: epoch, Contender: "A", Error: "no such | network"},
		&drive.Measured{Item: epoch, Contender: "B", Seconds: []float64{2}, Memory: 1 << 30},
		&drive.Measured{Item: step, Contender: work.Lab, Seconds: []float64{1}, Memory: 1000 << 20},
		&drive.Measured{Item: step, Contender: work.LabWinograd, Seconds: []float64{0.5}, Memory: 1 << 20},
		&drive.Measured{Item: step, Contender: "B", Seconds: []float64{2}, Memory: 1200 << 20},
	)
	r.Contenders = map[string]work.Hello{"A": {Versions: "A 1.0", Threads: 2}}
	return r
}

func TestMarkdown(t *testing.T) {
	page := string(withPeers().Markdown("go run ./nnlab/bench -peers=all"))
	for _, want := range []string{
		"    go run ./nnlab/bench -peers=all\n",
		"3 rounds",
		"- Some CPU (AVX2, FMA), 2 cores",
		"- A: A 1.0, threads: 2\n",
		"|  | nnlab | A | B | ratio | of the peak |\n|---|--:|--:|--:|--:|--:|\n",
		"| NN 1024×1024×1024 | 160.0 | 200.0 | 100.0 | 1.25 | 80 % |\n",
		"| Exemplo 1, 1280 images | 0.50 | failed | 2.00 | 0.25 | 4 % |\n",
		"|  | nnlab | A | B | ratio |\n|---|--:|--:|--:|--:|\n| Exemplo 1, 1280 images | 100 |  | 1024 | 0.10 |\n| ResNet | 1000 |  | 1200 | 0.83 |\n",
		"| Exemplo 1, 1280 images: 1 thread against 2 | 0.90 | 0.50 | 1.80 |\n",
		"| ResNet | 1 s | 500 ms | 0.50 |\n",
		"| Exemplo 1, 1280 images | A | no such \\| network |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
}

func TestJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	if err := withPeers().WriteJSON(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		FMA     float64 `json:"fma_peak_gflops"`
		Gemm    float64 `json:"gemm1024_gflops"`
		Results []struct {
			Work            string
			Seconds, GFLOPS float64
			OfPeak          float64 `json:"of_peak"`
			Memory          int     `json:"peak_memory_bytes"`
		}
		Ratios []struct {
			Work    string
			Fastest string  `json:"fastest_peer"`
			Time    float64 `json:"time_ratio"`
			Memory  float64 `json:"memory_ratio"`
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.FMA != 200 || got.Gemm != 160 || len(got.Results) != 10 {
		t.Fatalf("got %+v", got)
	}
	if got.Ratios[0].Fastest != "A" || got.Ratios[0].Time != 1.25 || got.Ratios[1].Fastest != "B" || got.Ratios[1].Time != 0.25 || got.Ratios[0].Memory != 0 || got.Ratios[1].Memory != 100./1024 {
		t.Errorf("ratios: %+v", got.Ratios)
	}
	if r := got.Results[1]; r.Work != "exemplo1-b128" || r.Seconds != 0.5 || r.GFLOPS != 8 || r.OfPeak != 0.04 || r.Memory != 100<<20 {
		t.Errorf("got %+v", r)
	}
}

// TestGoal: seconds with the epochs they took.
func TestGoal(t *testing.T) {
	goal := work.Item{Name: "goal", Title: "to 98 %", Kind: work.Goal}
	r := example()
	r.Measured = append(r.Measured, &drive.Measured{Item: goal, Contender: work.Lab, Seconds: []float64{3, 1, 2}, Epochs: []int{5, 3, 4}})
	if page, want := string(r.Markdown("")), "| to 98 % | 2 s [5 3 4] epochs |  |  |\n"; !strings.Contains(page, want) {
		t.Errorf("there is no %q in\n%s", want, page)
	}
	r = example()
	for _, name := range []string{work.Lab, "A"} {
		r.Measured = append(r.Measured, &drive.Measured{Item: goal, Contender: name, Seconds: []float64{3, 1, 2}, Epochs: []int{5, 3, 4}})
	}
	if page, want := string(r.Markdown("")), "| to 98 % | 2.0 [5 3 4] | 2.0 [5 3 4] | 1.00 |  |\n"; !strings.Contains(page, want) {
		t.Errorf("there is no %q in\n%s", want, page)
	}
}

// TestInference: milliseconds, and no powers of ten.
func TestInference(t *testing.T) {
	vgg := work.Item{Name: "inference", Title: "VGG16", Kind: work.Inference, FLOPs: 3e10}
	r := example()
	for name, seconds := range map[string]float64{work.Lab: 0.6, "A": 1.2} {
		r.Measured = append(r.Measured, &drive.Measured{Item: vgg, Contender: name, Seconds: []float64{seconds}})
	}
	if page, want := string(r.Markdown("")), "| VGG16 | 600 | 1200 | 0.50 | 25 % |\n"; !strings.Contains(page, want) {
		t.Errorf("there is no %q in\n%s", want, page)
	}
	if got, want := milliseconds(0.00012345), "0.123"; got != want {
		t.Errorf("got %s ms, want %s", got, want)
	}
}

func TestDuration(t *testing.T) {
	for seconds, want := range map[float64]string{12.3456: "12.3 s", 0.0123: "12.3 ms", 0.0000123: "12.3 µs"} {
		if got := duration(seconds); got != want {
			t.Errorf("%v s is %q, want %q", seconds, got, want)
		}
	}
}

// TestBandwidth shows what moves memory, alone and beside a peer.
func TestBandwidth(t *testing.T) {
	item := work.Item{Name: "stream-copy", Title: "copy, 10×10", Kind: work.Stream, Bytes: 8e9}
	run := &Run{
		Peaks: []peak.Result{{GFLOPS: 200, Loop: "Some GPU", Ceiling: true}}, Bandwidth: 1000,
		Measured: []*drive.Measured{{Item: item, Contender: work.Lab, Seconds: []float64{0.01}}},
	}
	contains := func(wants ...string) {
		t.Helper()
		var text strings.Builder
		run.Text(&text)
		for _, want := range wants {
			if !strings.Contains(text.String(), want) {
				t.Errorf("there is no %q in\n%s", want, &text)
			}
		}
	}
	contains("FMA peak: 200 GFLOP/s (Some GPU); copies: 1000 GB/s\n", "copy, 10×10  10 ms  800.0  80 %\n")
	run.Measured = append(run.Measured, &drive.Measured{Item: item, Contender: "A", Seconds: []float64{0.02}})
	contains("copy, 10×10  800.0  400.0  0.50   80 %\n")
	var f file
	text, err := run.JSON()
	if err != nil || json.Unmarshal(text, &f) != nil || f.Bandwidth != 1000 || f.Results[0].GBps != 800 || f.Results[0].OfCopies != 0.8 {
		t.Errorf("%v: %s", err, text)
	}
}
