package backendtest

import "github.com/nnlab-go/lab/nnlab/backend"

// HostReads is a backend that notes each call that waits for the device: those that
// return numbers to the host, and Sync. It hides what the backend can do besides, memory
// of the host among it.
type HostReads struct {
	backend.Backend
	Calls []string // their names, in their order
}

func (r *HostReads) note(kernel string) { r.Calls = append(r.Calls, kernel) }

func (r *HostReads) Download(dst []float32, src backend.Buffer) {
	r.note("Download")
	r.Backend.Download(dst, src)
}

func (r *HostReads) ReadScalars(dst []float64, s backend.Scalars) {
	r.note("ReadScalars")
	r.Backend.ReadScalars(dst, s)
}

func (r *HostReads) Sum(n int, x backend.Buffer) float64 {
	r.note("Sum")
	return r.Backend.Sum(n, x)
}

func (r *HostReads) SumAbs(n int, x backend.Buffer) float64 {
	r.note("SumAbs")
	return r.Backend.SumAbs(n, x)
}

func (r *HostReads) SumSquares(n int, x backend.Buffer) float64 {
	r.note("SumSquares")
	return r.Backend.SumSquares(n, x)
}

func (r *HostReads) NonFinite(n int, x backend.Buffer) int {
	r.note("NonFinite")
	return r.Backend.NonFinite(n, x)
}

func (r *HostReads) Sync() error {
	r.note("Sync")
	return r.Backend.Sync()
}
