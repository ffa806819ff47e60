package report

import (
	"fmt"
	"slices"

	"github.com/nnlab-go/lab/nnlab/bench/internal/drive"
	"github.com/nnlab-go/lab/nnlab/bench/internal/work"
)

// kinds are the tables of times, in their order.
var kinds = []struct {
	kind         work.Kind
	title, words string
}{
	{work.Epoch, "An epoch of training", "Seconds."},
	{work.Step, "A step of training, images of 224², Inception-v3's of 299²", "Milliseconds, from images in the host's memory to the weights behind the step."},
	{work.Goal, "From the start of the process to 98 % of the test images", "Seconds, the median of three seeds, a new process for each; in brackets the epochs."},
	{work.Inference, "Inference", "Milliseconds from images to their classes' probabilities."},
	{work.Gemm, "Matrix products, m×k×n", "GFLOP/s. T: the factor is stored transposed."},
	{work.Conv, "Convolutions, batch·side² channels→filters", "GFLOP/s."},
	{work.Stream, "Kernels that move memory", "GB/s, read and written."},
}

// Tables are all that the run has to show.
func (r *Run) Tables() (tables []*Table) {
	add := func(t *Table) {
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	for _, k := range kinds {
		t := &Table{Title: k.title, Note: k.words}
		if peers := r.peers(k.kind); len(peers) > 0 {
			r.sideBySide(t, k.kind, peers)
		} else {
			r.alone(t, k.kind)
		}
		add(t)
	}
	add(r.memory())
	add(r.scaling())
	add(r.winograd())
	add(r.failures())
	return tables
}

// alone fills the table of a kind of work that no peer did.
func (r *Run) alone(t *Table, kind work.Kind) {
	t.Head, t.Note = []string{"", "time", "GFLOP/s", "of the peak"}, ""
	if kind == work.Stream {
		t.Head = []string{"", "time", "GB/s", "of copies"}
	}
	for _, c := range r.compare(kind) {
		m := c.by[work.Lab]
		if m == nil || m.Error != "" {
			continue
		}
		row := []string{title(c.item), duration(m.Median())}
		switch kind {
		case work.Goal:
			row[1] += fmt.Sprintf(" %v epochs", m.Epochs)
		case work.Stream:
			row = append(row, fmt.Sprintf("%.1f", m.Bandwidth()), r.ofPeak(m))
		default:
			row = append(row, fmt.Sprintf("%.1f", m.Rate()), r.ofPeak(m))
		}
		t.Rows = append(t.Rows, row)
	}
}

// sideBySide fills a table with a column for each contender.
func (r *Run) sideBySide(t *Table, kind work.Kind, peers []string) {
	names := append([]string{work.Lab}, peers...)
	t.Head = append(append([]string{""}, names...), "ratio", "of the peak")
	t.Note += " The ratio is the lab's time divided by the fastest peer's: below 1 the lab is faster."
	switch kind {
	case work.Goal:
	case work.Stream:
		t.Head[len(t.Head)-1] = "of copies"
		t.Note += " The last column is the lab's share of the copies' bandwidth."
	default:
		t.Note += " The last column is the lab's share of the FMA peak."
	}
	for _, c := range r.compare(kind) {
		if c.item.Alone {
			continue
		}
		row := []string{title(c.item)}
		for _, name := range names {
			row = append(row, cell(c.by[name]))
		}
		ratio, share := "", ""
		if c.ratio() > 0 {
			ratio = fmt.Sprintf("%.2f", c.ratio())
		}
		if m := c.by[work.Lab]; m != nil && m.Error == "" && kind != work.Goal {
			share = r.ofPeak(m)
		}
		t.Rows = append(t.Rows, append(row, ratio, share))
	}
}

// cell is what a contender did, in the unit of its kind.
func cell(m *drive.Measured) string {
	switch {
	case m == nil:
		return "" // not its work
	case m.Error != "":
		return "failed"
	case m.Item.Kind == work.Stream:
		return fmt.Sprintf("%.1f", m.Bandwidth())
	case m.Item.Kind.Kernel():
		return fmt.Sprintf("%.1f", m.Rate())
	case m.Item.Kind == work.Inference, m.Item.Kind == work.Step:
		return milliseconds(m.Median())
	case m.Item.Kind == work.Goal:
		return fmt.Sprintf("%.1f %v", m.Median(), m.Epochs)
	}
	return fmt.Sprintf("%.2f", m.Median())
}

// memory is the table of what the processes held that trained.
func (r *Run) memory() *Table {
	t := &Table{Title: "Peak memory of the process that trained", Note: "MB of 2²⁰ bytes, of the main process, data and libraries included."}
	names := []string{work.Lab}
	for _, kind := range []work.Kind{work.Epoch, work.Step} {
		for _, name := range r.peers(kind) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	t.Head = append([]string{""}, names...)
	if len(names) > 1 {
		t.Head = append(t.Head, "ratio")
		t.Note += " The ratio is the lab's divided by the least of a peer."
	}
	for _, c := range r.compare("") {
		if !c.item.Kind.Trains() || c.item.Alone {
			continue
		}
		row, known := []string{title(c.item)}, false
		for _, name := range names {
			text := ""
			if m := c.by[name]; m != nil && m.Memory > 0 {
				text, known = fmt.Sprintf("%d", m.Memory>>20), true
			}
			row = append(row, text)
		}
		if ratio := c.memoryRatio(); ratio > 0 {
			row = append(row, fmt.Sprintf("%.2f", ratio))
		}
		if known {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// scaling is the table of the lab against itself: with fewer threads, and with
// fewer images.
func (r *Run) scaling() *Table {
	t := &Table{Title: "Scaling of the lab", Head: []string{"", "seconds", "seconds", "factor"}}
	add := func(name string, slow, fast *drive.Measured, factor float64) {
		if slow != nil && fast != nil && slow.Error == "" && fast.Error == "" {
			t.Rows = append(t.Rows, []string{
				name, fmt.Sprintf("%.2f", slow.Median()), fmt.Sprintf("%.2f", fast.Median()),
				fmt.Sprintf("%.2f", slow.Median()/fast.Median()*factor),
			})
		}
	}
	at := map[string]*comparison{}
	for _, c := range r.compare(work.Epoch) {
		at[c.item.Name] = c
		add(fmt.Sprintf("%s: 1 thread against %d", title(c.item), r.Machine.Threads), c.by[work.LabSingle], c.by[work.Lab], 1)
	}
	if whole, part := at["exemplo1-b128"], at["exemplo1-b128-quarter"]; whole != nil && part != nil && whole.item.Samples > part.item.Samples {
		name := fmt.Sprintf("%s: %d images against %d, time of an image", whole.item.Title, whole.item.Samples, part.item.Samples)
		add(name, whole.by[work.Lab], part.by[work.Lab], float64(part.item.Samples)/float64(whole.item.Samples))
	}
	return t
}

// winograd is the table of the lab against itself with convolutions by Winograd's way.
func (r *Run) winograd() *Table {
	t := &Table{Title: "Convolutions by Winograd's way", Head: []string{"", "directly", "Winograd", "ratio"},
		Note: "The ratio is the time by Winograd's way divided by that of the direct kernels: below 1 it wins. Where it is not counted to pay, both are the same."}
	for _, c := range r.compare("") {
		direct, other := c.by[work.Lab], c.by[work.LabWinograd]
		if direct != nil && other != nil && direct.Error == "" && other.Error == "" {
			t.Rows = append(t.Rows, []string{title(c.item), duration(direct.Median()), duration(other.Median()), fmt.Sprintf("%.2f", other.Median()/direct.Median())})
		}
	}
	return t
}

// failures is the table of what could not be measured, and why.
func (r *Run) failures() *Table {
	t := &Table{Title: "Not measured", Head: []string{"", "", "why"}}
	for _, m := range r.Measured {
		if m.Error != "" {
			t.Rows = append(t.Rows, []string{title(m.Item), m.Contender, m.Error})
		}
	}
	return t
}

// title is an item's, with the number of images where that is not all.
func title(item work.Item) string {
	if item.Kind == work.Epoch && item.Samples < work.Images {
		return fmt.Sprintf("%s, %d images", item.Title, item.Samples)
	}
	return item.Title
}

// ofPeak is a rate as a share of what the machine can do; nobody has measured what its tensor
// cores can.
func (r *Run) ofPeak(m *drive.Measured) string {
	switch {
	case m.Item.Kind == work.Stream:
		return fmt.Sprintf("%.0f %%", 100*m.Bandwidth()/r.Bandwidth)
	case m.Item.TF32:
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*m.Rate()/r.peak())
}

// milliseconds is a number of seconds in milliseconds, to about three digits.
func milliseconds(seconds float64) string {
	if ms := 1e3 * seconds; ms < 100 {
		return fmt.Sprintf("%.3g", ms)
	}
	return fmt.Sprintf("%.0f", 1e3*seconds)
}

// duration is a number of seconds with its unit, to three digits.
func duration(seconds float64) string {
	switch {
	case seconds < 1e-3:
		return fmt.Sprintf("%.3g µs", seconds*1e6)
	case seconds < 1:
		return fmt.Sprintf("%.3g ms", seconds*1e3)
	}
	return fmt.Sprintf("%.3g s", seconds)
}
