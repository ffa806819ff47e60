package viz

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/notebook"
)

// Live is an option of Fit that draws loss and metrics, training and
// validation, while the model trains: a picture that changes in place at most
// ten times a second, and at the end an interactive chart. Outside a notebook it
// draws nothing, and Fit prints its progress as ever. Of a validation the best epoch is marked,
// and the overfitting behind it shaded, as [Curves] does. A second training in the same cell
// keeps the curves of the ones before in grey, and its title says what was other then. Of a training
// that diverges it marks where the loss has left the numbers; losses of very different sizes have a
// logarithmic axis, there and in [Curves] and [Race].
func Live(options ...Option) nn.FitOption {
	return nn.Callbacks(&training{settings: newSettings(options)})
}

// training is the chart of one training.
type training struct {
	settings
	display
	first   []nn.Logs // within the first epoch, where no epoch is complete yet
	firstAt []float64
	rate    float64 // the learning rate of the last step
	marks   []mark
	told    facts         // what the model and the training were told
	before  []past        // the trainings before in this cell
	present *now          // what Now asked for, else nil
	spent   time.Duration // on drawing, behind the first seconds
	last    time.Duration // what the last picture took
	updated time.Time
}

// display is where the figure of a callback stands and changes in place.
type display struct {
	id       string
	throttle notebook.Throttle
	failed   bool
}

// begin is a display under the cell that runs.
func begin() display { return display{id: notebook.NewID()} }

// ShowsProgress tells Fit that it need not print where it is.
func (l *training) ShowsProgress() bool { return notebook.Available() }

// LooksAtBatches tells Fit that numbers which are a tenth of a second old will do.
func (l *training) LooksAtBatches() bool { return false }

func (l *training) On(e *nn.Event) {
	if e.Phase == nn.FitBegin && l.showsNow && l.now == nil {
		e.Fail(images("viz.Now", nil))
	}
	if !notebook.Available() || l.failed {
		return
	}
	switch e.Phase {
	case nn.FitBegin:
		*l = training{settings: l.settings, display: begin(), told: factsOf(e), before: earlier()}
		if l.showsNow {
			l.chooseImages(e)
		}
	case nn.EpochBegin:
		l.rate = e.LearningRate // a schedule's new rate is no mark
	case nn.BatchEnd, nn.EpochEnd: // what is left out here, the next update or the last shows
		l.mark(e)
		if e.Phase == nn.BatchEnd && e.Batch == 1 {
			l.told["lot"] = fmt.Sprint(e.Samples)
		}
		if l.ready(e) {
			began := time.Now()
			l.note(e)
			l.update(e)
			l.drawn(e, began)
		}
	case nn.FitEnd:
		l.finish(e)
		remember(past{l.told, e.History})
	}
}

// drawingShare is the part of a training that drawing takes at most, but for its first
// seconds, which are all that a short one has, and for one picture in longestWait.
const (
	drawingShare = 0.02
	freeSpan     = 2 * time.Second
	longestWait  = 5 * time.Second
)

// ready tells whether an update may be made now: one more like the last is within its part.
func (l *training) ready(e *nn.Event) bool {
	affordable := (l.spent+l.last).Seconds() <= drawingShare*(e.Elapsed-freeSpan).Seconds() || e.Elapsed < freeSpan || time.Since(l.updated) >= longestWait
	return affordable && l.throttle.Ready()
}

// drawn notes what an update has taken since it began.
func (l *training) drawn(e *nn.Event, began time.Time) {
	l.updated = time.Now()
	l.last = l.updated.Sub(began)
	if e.Elapsed >= freeSpan {
		l.spent += l.last
	}
}

// chooseImages begins the present moment.
func (l *training) chooseImages(e *nn.Event) {
	n, err := newNow(l.settings)
	if err != nil {
		e.Fail(err)
		return
	}
	n.display = begin()
	l.present = n
}

// showNow shows the present moment below the chart.
func (l *training) showNow(e *nn.Event) {
	n := l.present
	if n == nil || n.failed || e.Err != nil {
		return
	}
	if err := n.look(e.Model); err != nil {
		n.failed = true
		e.Fail(err)
		return
	}
	n.show("viz.Live", n.figure(e.Epoch))
}

// note keeps the way through the first epoch.
func (l *training) note(e *nn.Event) {
	if e.Epoch == 1 && e.Phase == nn.BatchEnd && len(l.first) < 200 {
		l.first = append(l.first, append(nn.Logs(nil), e.Logs...))
		l.firstAt = append(l.firstAt, position(e))
	}
}

// mark notes that the learning rate was moved in the middle of an epoch. Of
// several moves close to each other the last is marked.
func (l *training) mark(e *nn.Event) {
	if e.Phase != nn.BatchEnd || e.LearningRate == l.rate {
		return
	}
	l.rate = e.LearningRate
	m := mark{position(e), "η = " + l.words.short(e.LearningRate)}
	if n := len(l.marks); n > 0 && m.x-l.marks[n-1].x < 0.03*float64(e.Epochs) {
		l.marks = l.marks[:n-1]
	}
	l.marks = append(l.marks, m)
}

// lostStep is the step of a training that has diverged which gave no number, in epochs; 0 of others.
func lostStep(e *nn.Event) float64 {
	if !e.Diverged {
		return 0
	}
	return min(float64(e.Epoch), position(e)+1/float64(max(1, e.Batches)))
}

// position is where a training is, in epochs.
func position(e *nn.Event) float64 {
	return float64(e.Epoch-1) + float64(e.Batch)/float64(max(1, e.Batches))
}

func (l *training) update(e *nn.Event) {
	f := l.chart(e).judged()
	f.interactive = nil // only the last picture becomes interactive
	l.show("viz.Live", f)
	l.showNow(e)
}

// finish shows the whole training: without the bar, which is full or says nothing more.
func (l *training) finish(e *nn.Event) {
	c := l.chart(e)
	c.done = -1
	l.show("viz.Live", c.judged())
	l.showNow(e)
}

// show hands the figure to the notebook. A training is not worth losing for its
// picture: what goes wrong is said once, and the training goes on.
func (d *display) show(where string, f *Figure) {
	b, err := f.bundle(d.id)
	if err == nil {
		err = notebook.Show(d.id, b)
	}
	if err != nil {
		d.failed = true
		fmt.Fprintln(os.Stderr, where+":", err)
	}
}

// chart is the training so far.
func (l *training) chart(e *nn.Event) *chart {
	c := &chart{title: l.alt(e), done: position(e) / float64(max(1, e.Epochs)), xName: l.words.epoch,
		xMax: float64(max(1, e.Epochs)), whole: true, words: l.words, panels: panelsOf(e.History, l.words), marks: l.marks}
	if e.Phase == nn.FitEnd {
		c.done, c.xMax = -1, math.Ceil(max(1, float64(e.History.Epochs()), lostStep(e)))
		if e.History.Epochs() == 0 {
			c.xMax = 1
		}
	}
	if len(c.panels) == 0 { // no epoch is complete
		for _, x := range e.Logs {
			c.panels = append(c.panels, panel{name: l.words.name(x.Name), fraction: isFraction(x.Name),
				lines: []line{{name: l.words.training, colour: series[0]}}})
		}
	}
	for i := range c.panels {
		p := &c.panels[i].lines[0].points
		if e.History.Epochs() < 2 { // later it would only stretch the axis
			*p = append(l.firstPoints(i), *p...)
		}
		// The epoch that is running ends in a point of its own, and so does one that diverged.
		if (e.Phase == nn.BatchEnd && e.Epoch > 1 || e.Diverged && e.Epoch > e.History.Epochs()) && i < len(e.Logs) {
			*p = append(*p, point{position(e), e.Logs[i].Value})
		}
	}
	if e.Diverged {
		c.marks = append(slices.Clone(c.marks), mark{lostStep(e), noNumbers})
	}
	c.addEarlier(l.before, l.told)
	return c
}

// firstPoints is quantity i on its way through the first epoch.
func (l *training) firstPoints(i int) []point {
	var points []point
	for j, logs := range l.first {
		if i < len(logs) && l.firstAt[j] < 1 {
			points = append(points, point{l.firstAt[j], logs[i].Value})
		}
	}
	return points
}

// alt says where the training is.
func (l *training) alt(e *nn.Event) string {
	w := l.words
	parts := []string{fmt.Sprintf("%s %d/%d", w.epoch, e.Epoch, e.Epochs)}
	logs := e.Logs
	if e.Phase == nn.FitEnd && e.History.Epochs() > 0 {
		logs = nil
		for _, s := range e.History.Series {
			logs = append(logs, nn.Log{Name: s.Name, Value: s.Values[len(s.Values)-1]})
		}
	}
	for _, x := range logs {
		parts = append(parts, w.described(x.Name, x.Value))
	}
	switch {
	case e.Diverged:
		parts = append(parts, w.ended+": "+w.diverged(e))
	case e.Err != nil:
		parts = append(parts, w.ended+": "+firstLine(e.Err.Error()))
	case e.History.Stopped != "":
		parts = append(parts, w.ended+": "+w.stopped(e.History.Stopped))
	case e.Phase == nn.FitEnd:
		parts = append(parts, duration(e.Elapsed))
	case e.ETA > 0:
		parts = append(parts, w.left+" "+duration(e.ETA))
	}
	return strings.Join(parts, " · ")
}

// diverged says in which step a training has left the numbers, and how that is mended.
func (w words) diverged(e *nn.Event) string {
	said := fmt.Sprintf("%s, %s %d", noNumbers, w.epoch, e.Epoch)
	if e.Batch < e.Batches {
		said += fmt.Sprintf(", %s %d", w.lot, e.Batch+1)
	}
	var told *nn.Error
	if errors.As(e.Err, &told) && w.mends[told.Mend] != "" {
		said += "; " + w.mends[told.Mend]
	}
	return said
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
