package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// ConfusionMatrix counts, for examples of n classes, how often each answer was
// given: Counts[label][answer]. What is right stands on the diagonal.
type ConfusionMatrix struct{ Counts [][]int }

// ClassScore is how well a model answers for one class, or the mean of that over
// the classes. A quotient with nothing below is 0, as in scikit-learn.
type ClassScore struct {
	Precision float64 // how many of the answers that name the class are right
	Recall    float64 // how many of its examples are found
	F1        float64 // 2·Precision·Recall/(Precision + Recall)
	Support   int     // examples of the class
}

// Confusion counts the answers of the model's first output to the examples of d.
// The answer is the class of the largest output; where there is one output it is
// class 1 if that says yes, as for the [Accuracy], else class 0.
func Confusion(m *Model, d Data) (*ConfusionMatrix, error) {
	if err := m.ready(); err != nil {
		return nil, show(err)
	}
	c, err := m.confusion(d)
	return c, show(err)
}

func (m *Model) confusion(d Data) (c *ConfusionMatrix, err error) {
	const caller = "Confusion"
	defer catch(caller, &err)
	b, err := m.newBatch(caller, d, m.evaluateRows(), forEvaluate)
	if err != nil {
		return nil, err
	}
	t := b.goals[0]
	if t.single() && t.classes == 0 && d.TargetSize() == 1 {
		return nil, &Error{Where: caller, Expected: "data with classes", Got: "targets that are numbers", Mend: mendLabels}
	}
	c = newConfusion(max(2, t.shape.Size()))
	err = b.over(caller, ascending(d.Len()), nil, func([]int) {
		m.graph.forward(&Context{})
		c.add(t)
	})
	return c, err
}

func newConfusion(classes int) *ConfusionMatrix {
	c := &ConfusionMatrix{make([][]int, classes)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, classes)
	}
	return c
}

// add counts a batch.
func (c *ConfusionMatrix) add(t *goal) {
	if t.single() {
		want := t.targetRows()
		for i, y := range t.judgedRows() {
			c.Counts[side(want[i] > 0.5)][side(t.means.yes(y))]++
		}
		return
	}
	right := t.right()
	for i, answer := range t.chosen() {
		c.Counts[int(right[i])][int(answer)]++
	}
}

// side is the class that a yes or a no stands for.
func side(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// found is what was found of one class.
func (c *ConfusionMatrix) found(class int) (f found) {
	f.tp = float64(c.Counts[class][class])
	for i, row := range c.Counts {
		if i != class {
			f.fp += float64(row[class])
			f.fn += float64(c.Counts[class][i])
		}
	}
	return f
}

// Score is how well the model answers for one class.
func (c *ConfusionMatrix) Score(class int) ClassScore {
	f := c.found(class)
	return ClassScore{f.precision(), f.recall(), f.f1(), int(f.tp + f.fn)}
}

// Macro is the mean of the classes' scores, each class counting alike.
func (c *ConfusionMatrix) Macro() ClassScore {
	return c.mean(func(ClassScore) float64 { return 1 })
}

// Weighted is the mean of the classes' scores by their support.
func (c *ConfusionMatrix) Weighted() ClassScore {
	return c.mean(func(s ClassScore) float64 { return float64(s.Support) })
}

func (c *ConfusionMatrix) mean(weight func(ClassScore) float64) (m ClassScore) {
	sum := 0.0
	for class := range c.Counts {
		s := c.Score(class)
		w := weight(s)
		m.Precision += w * s.Precision
		m.Recall += w * s.Recall
		m.F1 += w * s.F1
		m.Support += s.Support
		sum += w
	}
	m.Precision, m.Recall, m.F1 = ratio(m.Precision, sum), ratio(m.Recall, sum), ratio(m.F1, sum)
	return m
}

// Accuracy is the share of right answers.
func (c *ConfusionMatrix) Accuracy() float64 {
	right, all := 0, 0
	for label, row := range c.Counts {
		right += row[label]
		for _, k := range row {
			all += k
		}
	}
	return ratio(float64(right), float64(all))
}

// String is the matrix as a table, a row for each label.
func (c *ConfusionMatrix) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for answer := range c.Counts {
		fmt.Fprintf(w, "\t%d", answer)
	}
	fmt.Fprintln(w, "\t")
	for label, row := range c.Counts {
		fmt.Fprint(w, label)
		for _, k := range row {
			fmt.Fprintf(w, "\t%d", k)
		}
		fmt.Fprintln(w, "\t")
	}
	w.Flush()
	return b.String()
}
