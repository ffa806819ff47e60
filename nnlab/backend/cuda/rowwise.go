//go:build cuda

package cuda

import "github.com/nnlab-go/lab/nnlab/backend"

// rowwise launches a kernel that has a block for each row: 32 threads where rows are
// short, up to 256.
func (d *device) rowwise(name string, rows, cols int, args ...argument) {
	block := 32
	for block < threads && block < cols {
		block *= 2
	}
	d.launch(name, grid{x: rows}, block, args...)
}

func (d *device) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	d.rowwise("softmax", rows, cols, whole(rows), whole(cols), of("Softmax", x, rows*cols), of("Softmax", y, rows*cols))
}

func (d *device) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	of := func(b backend.Buffer) argument { return of("SoftmaxGrad", b, rows*cols) }
	d.rowwise("softmax_grad", rows, cols, whole(rows), whole(cols), of(y), of(dy), of(dx))
}

func (d *device) ScaleRows(rows, cols int, s, x backend.Buffer) {
	backend.Check("ScaleRows", rows, cols)
	d.each("scale_rows", rows*cols, whole(rows*cols), whole(cols), of("ScaleRows", s, rows), of("ScaleRows", x, rows*cols))
}

func (d *device) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	d.rowwise("arg_max", rows, cols, whole(rows), whole(cols), of("ArgMax", x, rows*cols), of("ArgMax", y, rows))
}

func (d *device) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	d.each("one_hot", rows*cols, whole(rows), whole(cols), of("OneHot", labels, rows), of("OneHot", y, rows*cols), scalarsOf("OneHot", d.trouble, 3))
}

func (d *device) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	l.Check()
	n := rows * cols
	d.rowwise("loss", rows, cols, whole(int(l.Kind)), float(l.Delta), truth(l.Kind.Mean()), whole(rows), whole(cols),
		of("Loss", y, n), of("Loss", target, n), of("Loss", loss, rows), optional("Loss", dy, n))
}

func (d *device) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	d.rowwise("softmax_cross_entropy", rows, cols, whole(rows), whole(cols), of("SoftmaxCrossEntropy", net, n), of("SoftmaxCrossEntropy", target, n),
		of("SoftmaxCrossEntropy", loss, rows), optional("SoftmaxCrossEntropy", dnet, n))
}
