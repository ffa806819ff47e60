//go:build linux

package remote

import "github.com/nnlab-go/lab/nnlab/backend"

// What this program's end puts on the line; table.go reads the arguments in the same order.

// window, epilogue and derivative are the arguments that these become.
func window(args []argument, w *backend.Window) []argument {
	for _, axes := range [...]*[3]int{&w.In, &w.Out, &w.Size, &w.Stride, &w.Dilation, &w.Pad} {
		for _, v := range axes {
			args = append(args, whole(v))
		}
	}
	return append(args, whole(w.Channels))
}

func geometry(args []argument, g *backend.Convolution) []argument {
	return append(window(args, &g.Window), whole(g.Filters), whole(g.Groups))
}

// derivative are those of a factor of n numbers.
func (r *remote) derivative(kernel string, args []argument, d backend.Derivative, n int) []argument {
	d.Of.Check(kernel)
	return append(args, whole(int(d.Of.Kind)), float(d.Of.Alpha), r.optional(kernel, d.Output, n))
}

// epilogue are those for n numbers in cols columns.
func (r *remote) epilogue(kernel string, args []argument, e backend.Epilogue, cols, n int) []argument {
	e.Activation.Check(kernel)
	args = append(args, r.optional(kernel, e.Bias, cols), whole(int(e.Activation.Kind)), float(e.Activation.Alpha))
	return r.derivative(kernel, args, e.Derivative, n)
}

// taking is the call of a product by the backend that takes its factors as this one does.
func (r *remote) taking(o op) op {
	if r.tf32 {
		return o - opGemm + opGemmTF32
	}
	return o
}

func (r *remote) Copy(n int, src, dst backend.Buffer) {
	backend.Check("Copy", n)
	r.call(opCopy, whole(n), r.of("Copy", src, n), r.of("Copy", dst, n))
}

func (r *remote) Fill(n int, v float64, dst backend.Buffer) {
	backend.Check("Fill", n)
	r.call(opFill, whole(n), float(v), r.of("Fill", dst, n))
}

func (r *remote) Gemm(t backend.Transpose, m, n, k int, a, b backend.Buffer, beta float64, c backend.Buffer, e backend.Epilogue) {
	backend.Check("Gemm", m, n, k)
	var room [words]argument
	args := append(room[:0], whole(int(t)), whole(m), whole(n), whole(k), r.of("Gemm", a, m*k), r.of("Gemm", b, k*n), float(beta), r.of("Gemm", c, m*n))
	r.call(r.taking(opGemm), r.epilogue("Gemm", args, e, n, m*n)...)
}

func (r *remote) Conv(g backend.Convolution, n int, x, w, y backend.Buffer, e backend.Epilogue) {
	backend.Check("Conv", n)
	g.Check("Conv")
	out := n * g.Outputs() * g.Filters
	var room [words]argument
	args := append(geometry(room[:0], &g), whole(n), r.of("Conv", x, n*g.Inputs()*g.Channels), r.of("Conv", w, g.Depth()*g.Filters), r.of("Conv", y, out))
	r.call(r.taking(opConv), r.epilogue("Conv", args, e, g.Filters, out)...)
}

func (r *remote) ConvGradInput(g backend.Convolution, n int, dy, w, dx backend.Buffer, d backend.Derivative) {
	backend.Check("ConvGradInput", n)
	g.Check("ConvGradInput")
	in := n * g.Inputs() * g.Channels
	var room [words]argument
	args := append(geometry(room[:0], &g), whole(n), r.of("ConvGradInput", dy, n*g.Outputs()*g.Filters), r.of("ConvGradInput", w, g.Depth()*g.Filters), r.of("ConvGradInput", dx, in))
	r.call(r.taking(opConvGradInput), r.derivative("ConvGradInput", args, d, in)...)
}

func (r *remote) ConvGradKernel(g backend.Convolution, n int, x, dy backend.Buffer, beta float64, dw backend.Buffer) {
	backend.Check("ConvGradKernel", n)
	g.Check("ConvGradKernel")
	var room [words]argument
	r.call(r.taking(opConvGradKernel), append(geometry(room[:0], &g), whole(n), r.of("ConvGradKernel", x, n*g.Inputs()*g.Channels),
		r.of("ConvGradKernel", dy, n*g.Outputs()*g.Filters), float(beta), r.of("ConvGradKernel", dw, g.Depth()*g.Filters))...)
}

// pools checks a pool and returns how many numbers its input and its output have.
func pools(kernel string, w *backend.Window, n int) (in, out int) {
	backend.Check(kernel, n)
	w.Check(kernel)
	return n * w.Inputs() * w.Channels, n * w.Outputs() * w.Channels
}

func (r *remote) MaxPool(w backend.Window, n int, x, y backend.Buffer) {
	in, out := pools("MaxPool", &w, n)
	var room [words]argument
	r.call(opMaxPool, append(window(room[:0], &w), whole(n), r.of("MaxPool", x, in), r.of("MaxPool", y, out))...)
}

func (r *remote) MaxPoolGrad(w backend.Window, n int, x, dy, dx backend.Buffer, d backend.Derivative) {
	in, out := pools("MaxPoolGrad", &w, n)
	var room [words]argument
	args := append(window(room[:0], &w), whole(n), r.of("MaxPoolGrad", x, in), r.of("MaxPoolGrad", dy, out), r.of("MaxPoolGrad", dx, in))
	r.call(opMaxPoolGrad, r.derivative("MaxPoolGrad", args, d, in)...)
}

func (r *remote) AveragePool(w backend.Window, n int, x, y backend.Buffer) {
	in, out := pools("AveragePool", &w, n)
	var room [words]argument
	r.call(opAveragePool, append(window(room[:0], &w), whole(n), r.of("AveragePool", x, in), r.of("AveragePool", y, out))...)
}

func (r *remote) AveragePoolGrad(w backend.Window, n int, dy, dx backend.Buffer) {
	in, out := pools("AveragePoolGrad", &w, n)
	var room [words]argument
	r.call(opAveragePoolGrad, append(window(room[:0], &w), whole(n), r.of("AveragePoolGrad", dy, out), r.of("AveragePoolGrad", dx, in))...)
}

func (r *remote) Moments(rows, cols int, x, mean, variance backend.Buffer) {
	backend.Check("Moments", rows, cols)
	r.call(opMoments, whole(rows), whole(cols), r.of("Moments", x, rows*cols), r.of("Moments", mean, cols), r.of("Moments", variance, cols))
}

func (r *remote) Normalize(rows, cols int, epsilon float64, x, mean, variance, gamma, beta, y backend.Buffer) {
	backend.Check("Normalize", rows, cols)
	of := func(b backend.Buffer, n int) argument { return r.of("Normalize", b, n) }
	n := rows * cols
	r.call(opNormalize, whole(rows), whole(cols), float(epsilon), of(x, n), of(mean, cols), of(variance, cols), of(gamma, cols), of(beta, cols), of(y, n))
}

func (r *remote) NormalizeGrad(rows, cols int, epsilon float64, x, mean, variance, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("NormalizeGrad", rows, cols)
	of := func(b backend.Buffer, n int) argument { return r.of("NormalizeGrad", b, n) }
	n := rows * cols
	r.call(opNormalizeGrad, whole(rows), whole(cols), float(epsilon), of(x, n), of(mean, cols), of(variance, cols), of(gamma, cols), of(dy, n),
		float(accumulate), of(dgamma, cols), of(dbeta, cols), r.optional("NormalizeGrad", dx, n))
}

func (r *remote) LayerNorm(rows, cols int, epsilon float64, x, gamma, beta, y backend.Buffer) {
	backend.Check("LayerNorm", rows, cols)
	of := func(b backend.Buffer, n int) argument { return r.of("LayerNorm", b, n) }
	r.call(opLayerNorm, whole(rows), whole(cols), float(epsilon), of(x, rows*cols), of(gamma, cols), of(beta, cols), of(y, rows*cols))
}

func (r *remote) LayerNormGrad(rows, cols int, epsilon float64, x, gamma, dy backend.Buffer, accumulate float64, dgamma, dbeta, dx backend.Buffer) {
	backend.Check("LayerNormGrad", rows, cols)
	of := func(b backend.Buffer, n int) argument { return r.of("LayerNormGrad", b, n) }
	n := rows * cols
	r.call(opLayerNormGrad, whole(rows), whole(cols), float(epsilon), of(x, n), of(gamma, cols), of(dy, n),
		float(accumulate), of(dgamma, cols), of(dbeta, cols), r.optional("LayerNormGrad", dx, n))
}

func (r *remote) LocalResponse(p backend.LocalResponse, rows, cols int, x, y backend.Buffer) {
	backend.Check("LocalResponse", rows, cols)
	p.Check("LocalResponse")
	of := func(b backend.Buffer) argument { return r.of("LocalResponse", b, rows*cols) }
	r.call(opLocalResponse, whole(p.Size), float(p.K), float(p.Alpha), float(p.Beta), whole(rows), whole(cols), of(x), of(y))
}

func (r *remote) LocalResponseGrad(p backend.LocalResponse, rows, cols int, x, dy, dx backend.Buffer) {
	backend.Check("LocalResponseGrad", rows, cols)
	p.Check("LocalResponseGrad")
	of := func(b backend.Buffer) argument { return r.of("LocalResponseGrad", b, rows*cols) }
	r.call(opLocalResponseGrad, whole(p.Size), float(p.K), float(p.Alpha), float(p.Beta), whole(rows), whole(cols), of(x), of(dy), of(dx))
}

func (r *remote) Move(m backend.Move, src, dst backend.Buffer) {
	m.Check()
	from, to := m.Last()
	var room [words]argument
	args := room[:0]
	for _, axes := range [...]*[backend.MoveAxes]int{&m.Lengths, &m.From, &m.To} {
		for _, v := range axes {
			args = append(args, whole(v))
		}
	}
	r.call(opMove, append(args, whole(m.FromStart), whole(m.ToStart), r.of("Move", src, from+1), r.of("Move", dst, to+1))...)
}

func (r *remote) Activate(f backend.Activation, n int, x, y backend.Buffer) {
	backend.Check("Activate", n)
	f.Check("Activate")
	r.call(opActivate, whole(int(f.Kind)), float(f.Alpha), whole(n), r.of("Activate", x, n), r.of("Activate", y, n))
}

func (r *remote) ActivateGrad(f backend.Activation, n int, y, dy, dx backend.Buffer) {
	backend.Check("ActivateGrad", n)
	f.Check("ActivateGrad")
	of := func(b backend.Buffer) argument { return r.of("ActivateGrad", b, n) }
	r.call(opActivateGrad, whole(int(f.Kind)), float(f.Alpha), whole(n), of(y), of(dy), of(dx))
}

func (r *remote) Multiply(n int, x, y, z backend.Buffer) {
	backend.Check("Multiply", n)
	r.call(opMultiply, whole(n), r.of("Multiply", x, n), r.of("Multiply", y, n), r.of("Multiply", z, n))
}

func (r *remote) Maximum(n int, x, y, z backend.Buffer) {
	backend.Check("Maximum", n)
	r.call(opMaximum, whole(n), r.of("Maximum", x, n), r.of("Maximum", y, n), r.of("Maximum", z, n))
}

func (r *remote) MaximumGrad(n int, x, y, dz, dx, dy backend.Buffer) {
	backend.Check("MaximumGrad", n)
	of := func(b backend.Buffer) argument { return r.of("MaximumGrad", b, n) }
	r.call(opMaximumGrad, whole(n), of(x), of(y), of(dz), of(dx), of(dy))
}

func (r *remote) Noise(n int, sigma float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Noise", n)
	r.call(opNoise, whole(n), float(sigma), argument{bits: key.Base}, r.control("Noise", key.Control), r.of("Noise", x, n), r.of("Noise", y, n))
}

func (r *remote) Axpy(n int, alpha float64, x, y backend.Buffer) {
	backend.Check("Axpy", n)
	r.call(opAxpy, whole(n), float(alpha), r.of("Axpy", x, n), r.of("Axpy", y, n))
}

func (r *remote) Scale(n int, alpha float64, x backend.Buffer) {
	backend.Check("Scale", n)
	r.call(opScale, whole(n), float(alpha), r.of("Scale", x, n))
}

func (r *remote) Dropout(n int, rate float64, key backend.Key, x, y backend.Buffer) {
	backend.Check("Dropout", n)
	backend.CheckRate(rate)
	r.call(opDropout, whole(n), float(rate), argument{bits: key.Base}, r.control("Dropout", key.Control), r.of("Dropout", x, n), r.of("Dropout", y, n))
}

func (r *remote) Softmax(rows, cols int, x, y backend.Buffer) {
	backend.Check("Softmax", rows, cols)
	r.call(opSoftmax, whole(rows), whole(cols), r.of("Softmax", x, rows*cols), r.of("Softmax", y, rows*cols))
}

func (r *remote) SoftmaxGrad(rows, cols int, y, dy, dx backend.Buffer) {
	backend.Check("SoftmaxGrad", rows, cols)
	of := func(b backend.Buffer) argument { return r.of("SoftmaxGrad", b, rows*cols) }
	r.call(opSoftmaxGrad, whole(rows), whole(cols), of(y), of(dy), of(dx))
}

func (r *remote) ScaleRows(rows, cols int, s, x backend.Buffer) {
	backend.Check("ScaleRows", rows, cols)
	r.call(opScaleRows, whole(rows), whole(cols), r.of("ScaleRows", s, rows), r.of("ScaleRows", x, rows*cols))
}

func (r *remote) SumRows(rows, cols int, x backend.Buffer, beta float64, y backend.Buffer) {
	backend.Check("SumRows", rows, cols)
	r.call(opSumRows, whole(rows), whole(cols), r.of("SumRows", x, rows*cols), float(beta), r.of("SumRows", y, cols))
}

func (r *remote) ArgMax(rows, cols int, x, y backend.Buffer) {
	backend.Check("ArgMax", rows, cols)
	r.call(opArgMax, whole(rows), whole(cols), r.of("ArgMax", x, rows*cols), r.of("ArgMax", y, rows))
}

func (r *remote) OneHot(rows, cols int, labels, y backend.Buffer) {
	backend.Check("OneHot", rows, cols)
	r.call(opOneHot, whole(rows), whole(cols), r.of("OneHot", labels, rows), r.of("OneHot", y, rows*cols))
}

func (r *remote) Loss(l backend.Loss, rows, cols int, y, target, loss, dy backend.Buffer) {
	backend.Check("Loss", rows, cols)
	l.Check()
	n := rows * cols
	r.call(opLoss, whole(int(l.Kind)), float(l.Delta), whole(rows), whole(cols),
		r.of("Loss", y, n), r.of("Loss", target, n), r.of("Loss", loss, rows), r.optional("Loss", dy, n))
}

func (r *remote) SoftmaxCrossEntropy(rows, cols int, net, target, loss, dnet backend.Buffer) {
	backend.Check("SoftmaxCrossEntropy", rows, cols)
	n := rows * cols
	r.call(opSoftmaxCrossEntropy, whole(rows), whole(cols), r.of("SoftmaxCrossEntropy", net, n), r.of("SoftmaxCrossEntropy", target, n),
		r.of("SoftmaxCrossEntropy", loss, rows), r.optional("SoftmaxCrossEntropy", dnet, n))
}

func (r *remote) SGD(p backend.SGD, n int, w, g, v backend.Buffer) {
	backend.Check("SGD", n)
	p.Check(v)
	r.call(opSGD, float(p.LearningRate), float(p.Momentum), truth(p.Nesterov), r.control("SGD", p.Control),
		whole(n), r.of("SGD", w, n), r.of("SGD", g, n), r.optional("SGD", v, n))
}

func (r *remote) RMSprop(p backend.RMSprop, n int, w, g, s, v backend.Buffer) {
	backend.Check("RMSprop", n)
	p.Check(v)
	r.call(opRMSprop, float(p.LearningRate), float(p.Rho), float(p.Momentum), float(p.Epsilon), r.control("RMSprop", p.Control),
		whole(n), r.of("RMSprop", w, n), r.of("RMSprop", g, n), r.of("RMSprop", s, n), r.optional("RMSprop", v, n))
}

func (r *remote) Adam(p backend.Adam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Adam", n)
	if p.Control == nil {
		p.Check()
	}
	of := func(b backend.Buffer) argument { return r.of("Adam", b, n) }
	r.call(opAdam, float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), float(p.WeightDecay), whole(p.Step), r.control("Adam", p.Control),
		whole(n), of(w), of(g), of(m), of(v))
}

func (r *remote) Nadam(p backend.Nadam, n int, w, g, m, v backend.Buffer) {
	backend.Check("Nadam", n)
	if p.Control == nil {
		p.Check()
	}
	of := func(b backend.Buffer) argument { return r.of("Nadam", b, n) }
	r.call(opNadam, float(p.LearningRate), float(p.Beta1), float(p.Beta2), float(p.Epsilon), whole(p.Step), r.control("Nadam", p.Control),
		whole(n), of(w), of(g), of(m), of(v))
}

func (r *remote) Adagrad(p backend.Adagrad, n int, w, g, s backend.Buffer) {
	backend.Check("Adagrad", n)
	r.call(opAdagrad, float(p.LearningRate), float(p.Epsilon), r.control("Adagrad", p.Control),
		whole(n), r.of("Adagrad", w, n), r.of("Adagrad", g, n), r.of("Adagrad", s, n))
}

func (r *remote) Adadelta(p backend.Adadelta, n int, w, g, s, d backend.Buffer) {
	backend.Check("Adadelta", n)
	of := func(b backend.Buffer) argument { return r.of("Adadelta", b, n) }
	r.call(opAdadelta, float(p.LearningRate), float(p.Rho), float(p.Epsilon), r.control("Adadelta", p.Control),
		whole(n), of(w), of(g), of(s), of(d))
}

func (r *remote) Clip(n int, limit float64, g backend.Buffer) {
	backend.Check("Clip", n)
	r.call(opClip, whole(n), float(limit), r.of("Clip", g, n))
}

func (r *remote) Regularize(n int, l1, l2 float64, w, g backend.Buffer) {
	backend.Check("Regularize", n)
	r.call(opRegularize, whole(n), float(l1), float(l2), r.of("Regularize", w, n), r.of("Regularize", g, n))
}

func (r *remote) FillScalars(n int, v float64, s backend.Scalars) {
	r.call(opFillScalars, whole(n), float(v), r.scalars("FillScalars", s, n))
}

func (r *remote) AddScalars(n int, alpha float64, x, y backend.Scalars) {
	r.call(opAddScalars, whole(n), float(alpha), r.scalars("AddScalars", x, n), r.scalars("AddScalars", y, n))
}

func (r *remote) Reduce(by backend.Reduction, n int, alpha float64, x backend.Buffer, beta float64, s backend.Scalars) {
	by.Check()
	backend.Check("Reduce", n)
	r.call(opReduce, whole(int(by)), whole(n), float(alpha), r.of("Reduce", x, n), float(beta), r.scalars("Reduce", s, 1))
}

func (r *remote) Measure(m backend.Measure, rows, cols int, y, target backend.Buffer, s backend.Scalars) {
	backend.Check("Measure", rows, cols)
	m.Check()
	r.call(opMeasure, whole(int(m.Kind)), float(m.Border), whole(m.K), whole(rows), whole(cols),
		r.of("Measure", y, rows*cols), r.of("Measure", target, rows*cols), r.scalars("Measure", s, m.Counters(cols)))
}

func (r *remote) Judge(loss, control backend.Scalars) {
	r.call(opJudge, r.scalars("Judge", loss, 1), r.scalars("Judge", control, backend.ControlSize))
}

func (r *remote) Advance(control backend.Scalars) {
	r.call(opAdvance, r.scalars("Advance", control, backend.ControlSize))
}

func (r *remote) Shorten(n int, limit float64, squares backend.Scalars, g backend.Buffer) {
	backend.Check("Shorten", n)
	r.call(opShorten, whole(n), float(limit), r.scalars("Shorten", squares, 1), r.of("Shorten", g, n))
}

func (r *remote) Mix(n int, share float64, x, y backend.Buffer, control backend.Scalars) {
	backend.Check("Mix", n)
	r.call(opMix, whole(n), float(share), r.of("Mix", x, n), r.of("Mix", y, n), r.control("Mix", control))
}

func (r *remote) Sum(n int, x backend.Buffer) float64    { return r.number("Sum", opSum, n, x) }
func (r *remote) SumAbs(n int, x backend.Buffer) float64 { return r.number("SumAbs", opSumAbs, n, x) }

func (r *remote) SumSquares(n int, x backend.Buffer) float64 {
	return r.number("SumSquares", opSumSquares, n, x)
}

func (r *remote) NonFinite(n int, x backend.Buffer) int {
	if v := r.number("NonFinite", opNonFinite, n, x); v == v {
		return int(v)
	}
	return n // there is no number of a process that has ended
}
