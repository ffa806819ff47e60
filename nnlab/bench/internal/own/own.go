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

	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// Serve does the work that it reads and writes how long it took.
func Serve(in io.Reader, out io.Writer) error {
	encoder := json.NewEncoder(out)
	hello := work.Hello{Versions: "nnlab, " + runtime.Version(), Threads: runtime.GOMAXPROCS(0)}
	if err := encoder.Encode(hello); err != nil {
		return err
	}
	s := server{models: map[string]*trainer{}}
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
	models  map[string]*trainer
	kernels kernels
}

// do runs one item.
func (s *server) do(item work.Item) (work.Answer, error) {
	switch item.Kind {
	case work.Epoch:
		return s.epoch(item)
	case work.Goal:
		return goal(item)
	case work.Inference:
		seconds, err := infer(item)
		return work.Answer{Seconds: seconds}, err
	case work.Gemm, work.Conv:
		seconds, err := s.kernels.run(item)
		return work.Answer{Seconds: seconds}, err
	}
	return work.Answer{}, fmt.Errorf("nnlab has no %q", item.Kind)
}
