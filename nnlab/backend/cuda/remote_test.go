//go:build cuda && linux

package cuda_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/cuda"
	"github.com/nnlab-go/lab/nnlab/backend/remote/remotetest"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// TestRemote trains as a cell does, through the line to the process that has the GPU: the
// bits are those of a program that has the GPU itself, and memory that is asked for comes
// out of the room that the card has.
func TestRemote(t *testing.T) {
	gpu, err := cuda.New()
	if err != nil {
		t.Fatal(err)
	}
	socket, _ := remotetest.Serve(t, gpu)
	away := remotetest.Dial(t, socket)
	card, ok := away.(backend.Device)
	if !ok || card.Device() != gpu.(backend.Device).Device() || card.Device() == "" {
		t.Fatalf("the card is %v", card)
	}
	room, of, known := card.Room()
	if !known || room <= 0 || !strings.Contains(of, card.Device()) {
		t.Fatalf("a room of %d bytes, %q, %v", room, of, known)
	}
	x := away.Alloc(1 << 20)
	away.Fill(1<<20, 1, x)
	sum := away.Sum(1<<20, x)
	if after, _, _ := card.Room(); sum != 1<<20 || after != room {
		t.Errorf("the sum is %v; of a room of %d bytes %d are left, and what is in use counts", sum, room, after)
	}
	train, _ := datasets.MNIST()
	losses := func(b backend.Backend) []float64 {
		m := nn.Sequential(nn.Input(28, 28, 1), nn.Flatten(), nn.Dense(16, nn.ReLU), nn.Dropout(0.2), nn.Dense(10, nn.Softmax)).
			Compile(nn.CategoricalCrossentropy, nn.Adam(0.001), nn.On(b), nn.Seed(3))
		h, err := m.Fit(train.Take(8), nn.Epochs(2), nn.BatchSize(4), nn.Verbose(false))
		if err != nil {
			t.Fatal(err)
		}
		return h.Get("loss")
	}
	if here, there := losses(gpu), losses(away); !slices.Equal(here, there) {
		t.Errorf("the losses are %v, and through the line %v", here, there)
	}
	// More than the card has is an error that says how much, and leaves the rest well.
	lost := away.(backend.Purposeful).AllocFor("a layer's weights", int(room/2))
	if err := away.Sync(); !errors.Is(err, backend.ErrMemory) || !strings.Contains(err.Error(), "out of memory for a layer's weights") || !strings.Contains(err.Error(), "bytes are wanted") {
		t.Errorf("asked for twice the card's memory: %v", err)
	}
	away.Fill(1, 1, lost)
	if err := away.Sync(); err == nil || !strings.Contains(err.Error(), "make the model anew") {
		t.Errorf("what is not there was filled: %v", err)
	}
	if s, err := away.Sum(1<<20, x), away.Sync(); s != 1<<20 || err != nil {
		t.Errorf("afterwards the sum is %v, and the error %v", s, err)
	}
}
