package report

import (
	"encoding/json"

	"github.com/nnlab-go/lab/internal/whole"
	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/peak"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// Run is all that was measured, and on what.
type Run struct {
	Machine    Machine
	Peaks      []peak.Result // the best first
	Bandwidth  float64       // of copies within a GPU, in GB/s; 0 where the processor computes
	Contenders map[string]work.Hello
	Measured   []*drive.Measured
	Rounds     int
}

// file is the form of a run in JSON.
type file struct {
	FMAPeak    float64               `json:"fma_peak_gflops"`
	Gemm1024   float64               `json:"gemm1024_gflops"`
	Peaks      []peak.Result         `json:"peaks"`
	Bandwidth  float64               `json:"copies_gbps,omitempty"`
	Machine    Machine               `json:"machine"`
	Contenders map[string]work.Hello `json:"contenders"`
	Rounds     int                   `json:"rounds"`
	Results    []result              `json:"results"`
	Ratios     []ratio               `json:"ratios"`
}

// result is what a contender did of an item.
type result struct {
	Work      string    `json:"work"`
	Contender string    `json:"contender"`
	Seconds   float64   `json:"seconds,omitempty"` // the median
	Rounds    []float64 `json:"rounds,omitempty"`
	GFLOPS    float64   `json:"gflops,omitempty"`
	OfPeak    float64   `json:"of_peak,omitempty"`
	GBps      float64   `json:"gbps,omitempty"`
	OfCopies  float64   `json:"of_copies,omitempty"`
	Samples   int       `json:"samples,omitempty"`
	Memory    int       `json:"peak_memory_bytes,omitempty"`
	Epochs    []int     `json:"epochs,omitempty"`
	Error     string    `json:"error,omitempty"`
}

// ratio compares the lab with the fastest peer.
type ratio struct {
	Work    string  `json:"work"`
	Fastest string  `json:"fastest_peer"`
	Time    float64 `json:"time_ratio"`             // ours divided by the peer's: below 1 the lab is faster
	Memory  float64 `json:"memory_ratio,omitempty"` // our peak divided by the least of a peer
}

// JSON is the run as a JSON object.
func (r *Run) JSON() ([]byte, error) {
	f := file{
		FMAPeak: r.peak(), Peaks: r.Peaks, Bandwidth: r.Bandwidth, Machine: r.Machine,
		Contenders: r.Contenders, Rounds: r.Rounds, Results: []result{}, Ratios: []ratio{},
	}
	for _, m := range r.Measured {
		one := result{
			Work: m.Item.Name, Contender: m.Contender,
			Seconds: m.Median(), Rounds: m.Seconds, GFLOPS: m.Rate(), OfPeak: m.Rate() / r.peak(),
			Samples: m.Item.Samples, Memory: m.Memory, Epochs: m.Epochs,
			GBps: m.Bandwidth(), Error: m.Error,
		}
		if m.Item.TF32 {
			one.OfPeak = 0 // the peak is that of float32
		}
		if r.Bandwidth > 0 {
			one.OfCopies = m.Bandwidth() / r.Bandwidth
		}
		f.Results = append(f.Results, one)
		if m.Contender == work.Lab && m.Item.Name == work.Gemm1024 {
			f.Gemm1024 = m.Rate()
		}
	}
	for _, c := range r.compare("") {
		if c.fastest != nil && c.ratio() > 0 {
			f.Ratios = append(f.Ratios, ratio{c.item.Name, c.fastest.Contender, c.ratio(), c.memoryRatio()})
		}
	}
	text, err := json.MarshalIndent(f, "", "  ")
	return append(text, '\n'), err
}

// WriteJSON writes the run to a file, whole or not at all.
func (r *Run) WriteJSON(path string) error {
	text, err := r.JSON()
	if err != nil {
		return err
	}
	return whole.WriteFile(path, text, 0o666)
}

// peak is the ceiling that shares are of, in GFLOP/s.
func (r *Run) peak() float64 { return r.Peaks[0].GFLOPS }
