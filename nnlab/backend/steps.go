package backend

// Scalars are a few numbers in float64 that a backend keeps where its kernels are:
// sums, counters, a learning rate, a flag.
type Scalars interface {
	Len() int
}

// Steps are what a training step needs so that the host need not look at a number
// before the next: it reduces into scalars, which are read when somebody wants to see
// them, and a step whose loss is not finite changes nothing. Of these kernels
// ReadScalars alone waits for the device.
type Steps interface {
	// Scalars returns n > 0 zeros.
	Scalars(n int) Scalars
	// SliceScalars returns the numbers lo ≤ i < hi of s as scalars that share them.
	SliceScalars(s Scalars, lo, hi int) Scalars
	// FillScalars sets n numbers to v.
	FillScalars(n int, v float64, s Scalars)
	// ReadScalars copies the first len(dst) numbers of s to dst.
	ReadScalars(dst []float64, s Scalars)
	// AddScalars computes y = y + α·x for n numbers.
	AddScalars(n int, alpha float64, x, y Scalars)
	// Reduce computes s[0] = β·s[0] + α·r(x) for n numbers x. With β = 0 the old s[0]
	// is not read.
	Reduce(r Reduction, n int, alpha float64, x Buffer, beta float64, s Scalars)
	// Measure adds to the counters s [m.Counters(cols)] what the rows of y have in
	// common with those of target, both [rows×cols].
	Measure(m Measure, rows, cols int, y, target Buffer, s Scalars)
	// Judge sets the control's ControlFailed to 1 when loss[0] is a NaN or an infinity.
	Judge(loss, control Scalars)
	// Advance adds 1 to the control's ControlCount unless the step has failed.
	Advance(control Scalars)
	// Shorten scales n numbers g by limit/√squares[0] where that is below 1: squares[0]
	// is Σ g², of these g or of more. Where it is a NaN it does nothing.
	Shorten(n int, limit float64, squares Scalars, g Buffer)
	// Mix computes y = (1 − share)·y + share·x, a step of a running mean, unless the
	// step has failed; control may be nil.
	Mix(n int, share float64, x, y Buffer, control Scalars)
}

// What the scalars of a control are. Updates that have one take their learning rate
// and the count of their step from there, and change nothing once it has failed, so that
// the weights stay as they were before the first step that did.
const (
	ControlFailed = iota // 0 while every loss was finite; see Judge
	ControlCount         // how many steps were complete; the present one is t = ControlCount + 1
	ControlRate          // η
	ControlSize          // how many scalars that are
)

// Key names a sequence of random numbers, see [Uniform]: Base, or with a control the
// one that it has in the present step, Bits(Base, ControlCount).
type Key struct {
	Base    uint64
	Control Scalars // nil: none
}

// Reduction is a way to make one number of many. All sum in float64.
type Reduction uint8

// The reductions.
const (
	Sum        Reduction = iota // Σ x
	SumAbs                      // Σ |x|
	SumSquares                  // Σ x²
	NonFinite                   // how many are NaN, +Inf or −Inf

	reductions // how many there are
)

// Check panics unless r is one of the reductions of this package.
func (r Reduction) Check() {
	if r >= reductions {
		refuse("Reduce", "unknown reduction %d", r)
	}
}

// Measure is a way to count what outputs y have in common with their targets, with its
// constants.
type Measure struct {
	Kind   MeasureKind
	Border float64 // of Sides and Found: a y above it says yes
	K      int     // of Top, at least 1
}

// MeasureKind names a measure.
type MeasureKind uint8

// The measures, each with its counters. A target above 0.5 means yes. The largest
// number of a row is the first of several; NaN counts as larger than any number.
const (
	// Chosen: rows whose largest y and largest target stand in one column; rows.
	Chosen MeasureKind = iota
	// Top: rows with fewer than K numbers of y that are not ≤ the y in the column of
	// the largest target; rows.
	Top
	// Sides: numbers of y on the side of their target; numbers.
	Sides
	// Distance: Σ |y − t|; numbers.
	Distance
	// Found: of each column the true positives, the false positives and the false
	// negatives, where each number says yes or no for itself: [3 × cols].
	Found
	// FoundChosen: the same where a row says yes in the column of its largest y.
	FoundChosen
	// Intervals: how many y lie in each of the Thresholds + 1 intervals between the
	// thresholds, where the target means yes, then where it means no. Threshold k is
	// k/(Thresholds − 1), but for the first, below 0, and the last, above 1.
	Intervals
	// Residuals: rows; of each column Σ t, Σ t² and Σ (y − t)²: [1 + 3 × cols].
	Residuals

	measures // how many there are
)

// Thresholds is how many points the curve of [Intervals] has; Keras's default.
const Thresholds = 200

// Counters is how many counters the measure has for rows of cols numbers.
func (m Measure) Counters(cols int) int {
	switch m.Kind {
	case Found, FoundChosen:
		return 3 * cols
	case Intervals:
		return 2 * (Thresholds + 1)
	case Residuals:
		return 1 + 3*cols
	}
	return 2
}

// Interval is the one that y lies in: see [Intervals].
func Interval(y float64) int {
	k := y * (Thresholds - 1)
	switch {
	case !(k > 0): // NaN too
		return 1
	case k >= Thresholds-1:
		return Thresholds - 1
	}
	i := int(k)
	if float64(i) < k {
		i++
	}
	return i
}

// Check panics unless m is one of the measures of this package.
func (m Measure) Check() {
	if m.Kind >= measures {
		refuse("Measure", "unknown measure %d", m.Kind)
	}
	if m.Kind == Top && m.K < 1 {
		refuse("Measure", "expected a K of at least 1, got %d", m.K)
	}
}
