package nn

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// residual is a block of two convolutions with a way around them.
func residual(name string, filters int) Layer {
	return Block(name, func(x Source) *Node {
		f := x.Then(Conv2D(filters, 3, Same, ReLU), Named("second", Conv2D(filters, 3, Same)))
		return Add(f, x).Then(Activation(ReLU))
	})
}

func blocks() *Model {
	return Sequential(Input(4, 4, 3), residual("b1", 3),
		Block("stage", Chain(residual("b1", 3), residual("b2", 3), MaxPool2D(2))), Flatten(), Dense(3, Softmax)).
		Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
}

func TestBlockNames(t *testing.T) {
	m := blocks()
	if err := m.Err(); err != nil {
		t.Fatal(err)
	}
	var names, where []string
	for _, l := range m.Layers() {
		names, where = append(names, l.Name), append(where, l.Block)
	}
	want := []string{"input", "b1.conv2d", "b1.second", "b1.add", "b1.activation",
		"stage.b1.conv2d", "stage.b1.second", "stage.b1.add", "stage.b1.activation",
		"stage.b2.conv2d", "stage.b2.second", "stage.b2.add", "stage.b2.activation", "stage.maxpool2d", "flatten", "dense"}
	if !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
	if got := where[5]; got != "stage.b1" || where[1] != "b1" || where[13] != "stage" || where[14] != "" {
		t.Errorf("blocks %q", where)
	}
	if p := m.Params()[4].Name; p != "stage.b1.conv2d/kernel" {
		t.Errorf("a parameter is named %q", p)
	}
	path := t.TempDir() + "/m.safetensors"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := blocks().Load(path); err != nil {
		t.Error(err)
	}
}

// A network with blocks computes what the same network computes without.
func TestBlockChangesNothing(t *testing.T) {
	in := Input(4, 4, 3)
	x := Source(in)
	for range 3 {
		f := x.Then(Conv2D(3, 3, Same, ReLU), Conv2D(3, 3, Same))
		x = Add(f, x).Then(Activation(ReLU))
	}
	plain := Graph(Inputs(in), Outputs(x.Then(MaxPool2D(2), Flatten(), Dense(3, Softmax)))).Compile(CategoricalCrossentropy, SGD(0.1), Accuracy)
	m := blocks()
	d := clouds(20, 4, 4, 3)
	for _, m := range []*Model{plain, m} {
		if _, err := m.Fit(d, Epochs(2), BatchSize(5), Verbose(false)); err != nil {
			t.Fatal(err)
		}
	}
	if m.WeightHash() != plain.WeightHash() {
		t.Error("other weights after a training")
	}
}

func TestFoldBlocks(t *testing.T) {
	m := blocks()
	folded := FoldBlocks(m.Layers())
	var lines []string
	sum := 0
	for _, l := range folded {
		lines = append(lines, fmt.Sprintf("%s %s %v %d ← %s", l.Name, l.Recipe, l.Shape, l.Parameters, strings.Join(l.From, " ")))
		sum += l.Parameters
	}
	// A 3×3 convolution of three channels to three has (3·3·3 + 1)·3 = 84 parameters.
	want := []string{"input Input[4 4 3] [4 4 3] 0 ← ", "b1 Block(4 layers) [4 4 3] 168 ← input", "stage Block(9 layers) [2 2 3] 336 ← b1",
		"flatten Flatten [12] 0 ← stage", "dense Dense(3, softmax) [3] 39 ← flatten"}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if all := m.Params(); sum != 168+336+39 || len(folded[2].Params()) != 8 || len(all) != 14 {
		t.Errorf("%d parameters", sum)
	}
	if s := m.String(); !strings.Contains(s, "stage (Block)") || strings.Contains(s, "conv2d") || strings.Contains(s, "Connected to") {
		t.Errorf("folded:\n%s", s)
	}
	if s, _ := m.summary(true, summaryEnglish); !strings.Contains(s, "stage.b2.conv2d (Conv2D)") || !strings.Contains(s, "Connected to") {
		t.Errorf("unfolded:\n%s", s)
	}
}

func TestBlockRefusals(t *testing.T) {
	chain := Chain(Dense(3))
	for want, l := range map[string][]Layer{
		`layer 3 (Dense 3): expects a name that no other block has there, without '/', ':', '.' and blanks, got "b"`:   {Block("b", chain), Block("b", chain)},
		`layer 2 (Dense 3): expects a name that no other block has there, without '/', ':', '.' and blanks, got "a.b"`: {Block("a.b", chain)},
		`layer 2 (Block b): expects a function that returns the block's last node, got nil`:                            {Block("b", nil)},
		`layer 2, c (Block b): expects a block that is neither Named nor Shared, got Block(b)`:                         {Named("c", Block("b", chain))},
		`layer 2 (Block b): expects a block that is neither Named nor Shared`:                                          {Shared(Block("b", chain))},
		`layer 2, b (Dense 0): expects at least 1 unit`:                                                                {Block("b", Chain(Dense(0)))},
	} {
		err := Sequential(append([]Layer{Input(4)}, l...)...).Compile(MSE, SGD(0.1)).Err()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
