package nn

import "github.com/nnlab-go/lab/nnlab/tensor"

// globalPool reduces each channel to one number (slide "Global pooling"): a pool
// whose window is the whole map. [H W C] becomes [C].
type globalPool struct{ pool }

// GlobalMaxPool takes the largest number of each channel: 40×40×100 becomes 100.
// Of several that are equally large the first gets the whole gradient, as in
// [MaxPool2D]; under TensorFlow Keras shares it among them in the global pool.
func GlobalMaxPool() Layer { return &globalPool{pool{kind: "GlobalMaxPool"}} }

// GlobalAveragePool takes the mean of each channel: 40×40×100 becomes 100.
func GlobalAveragePool() Layer { return &globalPool{pool{kind: "GlobalAveragePool", average: true}} }

func (l *globalPool) Build(_ *Builder, in tensor.Shape) (tensor.Shape, error) {
	if len(in) < 2 || len(in) > 4 {
		return nil, &Error{Expected: "one to three axes and channels, as [height width channels]", Got: in.String(), GotShape: in,
			Mend: "it must stand before nn.Flatten()"}
	}
	l.rank = len(in) - 1
	l.size = in[:l.rank]
	if _, err := l.fit(in); err != nil {
		return nil, err
	}
	return tensor.Shape{in[l.rank]}, nil
}

func (l *globalPool) String() string { return l.kind }
