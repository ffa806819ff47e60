package own

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/backend/cpu"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// TestServe asks for a little of each kind, and for what does not exist.
func TestServe(t *testing.T) {
	var in, out bytes.Buffer
	ask := json.NewEncoder(&in)
	var names []string
	for _, item := range work.List(regexp.MustCompile("exemplo1-b128$|lenet-b|inference-(mlp|cnn)|gemm-tn-784x32|conv-.*-inception-.*-480|conv-.*-resnet-.*-8x14-256-512"), true) {
		item.Limit(item.Batch + 1)
		item.Budget, item.Warm = 1e-6, true
		ask.Encode(item)
		names = append(names, item.Name)
	}
	refused := []work.Item{{Name: "nonsense", Kind: "sleep"}, {Name: "network", Kind: work.Epoch, Network: "brain"},
		{Name: "cores", Kind: work.Gemm, Transpose: "NN", M: 1, K: 1, N: 1, TF32: true}} // which the CPU has not
	for _, item := range refused {
		ask.Encode(item)
		names = append(names, item.Name)
	}
	if err := Serve(cpu.New(), &in, &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != len(names)+1 {
		t.Fatalf("%d lines for %d questions", len(lines), len(names))
	}
	for i, line := range lines[1:] {
		var answer work.Answer
		if err := json.Unmarshal([]byte(line), &answer); err != nil {
			t.Fatal(err)
		}
		nonsense := i >= len(names)-len(refused)
		if answer.Work != names[i] || (answer.Error != "") != nonsense || (answer.Seconds > 0) == nonsense {
			t.Errorf("asked for %s, got %s", names[i], line)
		}
	}
}

// TestMultiplyAdds counts those of the deep networks, layer by layer.
func TestMultiplyAdds(t *testing.T) {
	count := func(m *nn.Model) (first, all int) {
		for _, l := range m.Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Layers() {
			if all == 0 {
				first = l.MACs
			}
			all += l.MACs
		}
		return first, all
	}
	items := work.Card(regexp.MustCompile("^(step|inference)-"))
	for _, item := range append(items, work.List(regexp.MustCompile("^inference-"), false)...) {
		n := networks[item.Network]
		first, all := count(n.trained())
		want := 2 * item.Batch * (3*all - first)
		if item.Kind == work.Inference {
			_, all := count(n.answers())
			want = 2 * item.Batch * all
		}
		if item.FLOPs != want {
			t.Errorf("%s: %d operations, its layers have %d (%d in the first, %d in all)", item.Name, item.FLOPs, want, first, all)
		}
	}
}
