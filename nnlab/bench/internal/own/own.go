// Package own is the lab's own contender: it answers the driver's questions as
// the peers' processes do.
package own

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// Serve does the work that it reads on a backend and writes how long it took.
func Serve(b backend.Backend, in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	hello := work.Hello{Versions: fmt.Sprintf("nnlab on %s, %s", b.Name(), runtime.Version()), Threads: runtime.GOMAXPROCS(0)}
	if err := encoder.Encode(hello); err != nil {
		return err
	}
	s := server{backend: b}
	for lines := json.NewDecoder(bufio.NewReader(in)); ; {
		var item work.Item
		if err := lines.Decode(&item); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := s.do(item)
		if err != nil {
			answer.Error = err.Error()
		}
		answer.Work = item.Name
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
}

// server holds what stays between two runs of the same work.
type server struct {
	backend backend.Backend
	trainer *trainer
}

// do runs one item.
func (s *server) do(item work.Item) (work.Answer, error) {
	switch item.Kind {
	case work.Epoch, work.Step:
		return s.epoch(item)
	case work.Goal:
		return s.goal(item)
	case work.Inference:
		seconds, err := infer(s.backend, item)
		return work.Answer{Seconds: seconds}, err
	case work.Gemm, work.Conv, work.Stream:
		seconds, err := kernels{s.backend}.run(item)
		return work.Answer{Seconds: seconds}, err
	}
	return work.Answer{}, fmt.Errorf("nnlab has no %q", item.Kind)
}
