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
			{Item: gemm, Contender: "nnlab", Own: true, Seconds: []float64{0.03, 0.0125, 0.01}},
			{Item: epoch, Contender: "nnlab", Own: true, Seconds: []float64{0.5}, Memory: 100 << 20},
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

func TestJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	if err := example().WriteJSON(path); err != nil {
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
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.FMA != 200 || got.Gemm != 160 || len(got.Results) != 2 {
		t.Fatalf("got %+v", got)
	}
	if r := got.Results[1]; r.Work != "exemplo1-b128" || r.Seconds != 0.5 || r.GFLOPS != 8 || r.OfPeak != 0.04 || r.Memory != 100<<20 {
		t.Errorf("got %+v", r)
	}
}

func TestDuration(t *testing.T) {
	for seconds, want := range map[float64]string{12.3456: "12.3 s", 0.0123: "12.3 ms", 0.0000123: "12.3 µs"} {
		if got := duration(seconds); got != want {
			t.Errorf("%v s is %q, want %q", seconds, got, want)
		}
	}
}
