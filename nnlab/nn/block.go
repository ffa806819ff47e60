package nn

import "slices"

// namedBlock is layers that a network has a name for. It is no layer itself: it puts
// its layers where it stands.
type namedBlock struct {
	Layer // nil
	name  string
	body  func(x Source) *Node
}

// Block is a named part of a network that stands where a layer can: it leads its input x
// through layers, which may branch, and returns the last node.
//
//	residual := nn.Block("conv2_1", func(x nn.Source) *nn.Node {
//		f := x.Then(nn.Conv2D(64, 3, nn.Same, nn.NoBias()), nn.BatchNorm(), nn.Activation(nn.ReLU),
//			nn.Conv2D(64, 3, nn.Same, nn.NoBias()), nn.BatchNorm())
//		return nn.Add(f, x).Then(nn.Activation(nn.ReLU))
//	})
//
// Its layers and their parameters are named "conv2_1.conv2d/kernel", blocks within blocks
// "stage2.block1.…". Summary and viz.Draw show it as one line and one box, and it is the
// unit of what Fit computes again to save memory. For a chain without branches see
// [Chain]. The body is called where the block is used; each use has weights of its own.
func Block(name string, body func(x Source) *Node) Layer { return &namedBlock{name: name, body: body} }

// Chain is the body of a [Block] whose layers stand one behind the other:
//
//	nn.Block("stage1", nn.Chain(nn.Conv2D(64, 3, nn.Same, nn.ReLU), nn.MaxPool2D(2)))
func Chain(layers ...Layer) func(x Source) *Node {
	return func(x Source) *Node { return x.Then(layers...) }
}

// blockUse is one place in which a block stands.
type blockUse struct{ name string }

func (b *namedBlock) String() string { return "Block(" + b.name + ")" }

// behind puts a layer behind a node, or the layers of a block.
func (n *Node) behind(l Layer) *Node {
	b, ok := l.(*namedBlock)
	if !ok || b.body == nil {
		return &Node{layer: l, from: []*Node{n}}
	}
	last := b.body(n)
	if last == nil {
		return &Node{layer: l, from: []*Node{n}} // is refused when the model is built
	}
	use := &blockUse{b.name}
	belongs := map[*Node]bool{n: false}
	var mark func(m *Node) bool // whether m stands behind n
	mark = func(m *Node) bool {
		if in, seen := belongs[m]; seen {
			return in || m == n
		}
		belongs[m] = false
		for _, f := range m.from {
			if mark(f) {
				belongs[m] = true
			}
		}
		if belongs[m] {
			m.blocks = slices.Insert(m.blocks, 0, use)
		}
		return belongs[m]
	}
	mark(last)
	return last
}

// misused is why a block could not be put in place of its layers.
func (b *namedBlock) misused(name string, of *shared) *Error {
	if name != "" || of != nil {
		return &Error{Expected: "a block that is neither Named nor Shared", Got: b.String(),
			Mend: "the block has a name already; put nn.Shared around the layers in it that are to share weights"}
	}
	return &Error{Expected: "a function that returns the block's last node", Got: "nil", Mend: "write nn.Block(name, nn.Chain(layers…)), or return nn.Add(f, x)"}
}
