package viz

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nnlab-go/lab/nnlab/nn"
)

// A cell that trains twice compares: the chart of the second training has the curves of the
// first in grey, and says what was other than now.

// past is a training that this program, which is one cell, has drawn.
type past struct {
	told    facts
	history *nn.History
}

// mostPast is how many of them a chart has, the last ones.
const mostPast = 3

var pasts struct {
	sync.Mutex
	list []past
}

// earlier are the trainings before.
func earlier() []past {
	pasts.Lock()
	defer pasts.Unlock()
	return slices.Clone(pasts.list[max(0, len(pasts.list)-mostPast):])
}

// remember keeps a training for the charts of those that follow.
func remember(p past) {
	if p.history.Epochs() == 0 {
		return
	}
	pasts.Lock()
	defer pasts.Unlock()
	pasts.list = append(pasts.list, p)
}

// facts are what a model and its training were told, by where that stands: "layers.1.units",
// "optimizer.learning_rate", "lot".
type facts map[string]string

// factsOf reads them from the model's recipe; of one that cannot be written the learning rate
// is all that is known.
func factsOf(e *nn.Event) facts {
	f := facts{"optimizer.learning_rate": fmt.Sprint(e.LearningRate), "loss": e.Model.LossName()}
	text, err := e.Model.MarshalJSON()
	if err != nil {
		return f
	}
	var recipe map[string]any
	if err := json.Unmarshal(text, &recipe); err != nil {
		return f
	}
	for _, name := range []string{"name", "inputs", "outputs", "metrics", "loss", "losses"} { // they change no training, or are told above
		delete(recipe, name)
	}
	f.add("", recipe)
	f["optimizer.learning_rate"] = fmt.Sprint(e.LearningRate) // a slider may have moved it
	if layers, ok := recipe["layers"].([]any); ok {
		f["layers"] = fmt.Sprint(len(layers))
	}
	return f
}

func (f facts) add(at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, w := range v {
			if k == "config" { // the layer itself
				f.add(at, w)
			} else {
				f.add(strings.TrimPrefix(at+"."+k, "."), w)
			}
		}
	case []any:
		for i, w := range v {
			f.add(fmt.Sprintf("%s.%d", at, i), w)
		}
	default:
		f[at] = fmt.Sprint(v)
	}
}

// other says what f has other than now, at most three things.
func (f facts) other(w words, now facts) string {
	var said []string
	for _, at := range slices.Sorted(maps.Keys(f)) {
		if f[at] == now[at] || strings.HasPrefix(at, "layers.") && f["layers"] != now["layers"] {
			continue // other layers are not the same ones told something else
		}
		said = append(said, w.fact(at)+" = "+w.plainNumber(f[at]))
	}
	if len(said) > 3 {
		said = append(said[:3], "…")
	}
	return strings.Join(said, ", ")
}

// fact is what stands at a place of the recipe: "η", "camada 2: unidades".
func (w words) fact(at string) string {
	switch at {
	case "lot":
		return w.lot
	case "seed":
		return w.seed
	}
	path := strings.Split(strings.TrimSuffix(at, ".kind"), ".")
	name := path[len(path)-1]
	if told, ok := w.told[name]; ok {
		name = told
	}
	name = strings.ReplaceAll(name, "_", " ")
	if len(path) > 2 && path[0] == "layers" {
		if i, err := strconv.Atoi(path[1]); err == nil {
			return fmt.Sprintf(w.layer, i+1) + ": " + name
		}
	}
	return name
}

// plainNumber writes a number as the language does, and leaves what is none.
func (w words) plainNumber(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return s
	}
	return w.written(s)
}

// addEarlier draws the trainings before into a chart, in grey, and says in its title what
// was other then. Where the loss was another one, its curve is left out.
func (c *chart) addEarlier(before []past, now facts) {
	var said []string
	for _, p := range before {
		drawn := false
		for _, q := range panelsOf(p.history, c.words) {
			if q.loss && p.told["loss"] != now["loss"] {
				continue // the numbers of two functions are not more or less than each other
			}
			i := slices.IndexFunc(c.panels, func(x panel) bool { return x.name == q.name })
			if i < 0 {
				continue
			}
			for _, l := range q.lines {
				l.quiet, l.colour, l.lost = true, rule, 0 // only where this one has left the numbers is marked
				l.name = c.words.before + " · " + l.name
				c.panels[i].lines = append(c.panels[i].lines, l)
			}
			drawn = true
		}
		if drawn {
			c.xMax = max(c.xMax, float64(p.history.Epochs()))
			said = append(said, p.told.other(c.words, now))
		}
	}
	if said == nil {
		return
	}
	c.title += " · " + c.words.before
	if text := strings.Trim(strings.Join(said, " | "), " |"); text != "" {
		c.title += ": " + text
	}
}
