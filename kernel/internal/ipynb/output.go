package ipynb

import (
	"encoding/json"
	"strings"
)

// Output is one output of a cell as its JSON has it.
type Output map[string]any

// Data is the bundle of a display or a result: MIME type → content.
func (o Output) Data() map[string]any {
	d, _ := o["data"].(map[string]any)
	return d
}

// Collector gathers what a kernel publishes while a cell runs, as a front end
// shows it: streams joined, displays replaced by their updates.
type Collector struct {
	Outputs  []Output
	displays map[string][]Output // by display id, of all cells
	clear    bool                // at the next output, see clear_output's wait
}

// NewCollector gathers the outputs of the next cell; updates of displays reach
// the outputs of the cells before.
func NewCollector(before *Collector) *Collector {
	c := &Collector{displays: map[string][]Output{}}
	if before != nil {
		c.displays = before.displays
	}
	return c
}

// published is the content of the messages that make outputs.
type published struct {
	Name      string         `json:"name"`
	Text      string         `json:"text"`
	Data      map[string]any `json:"data"`
	Metadata  map[string]any `json:"metadata"`
	Count     int            `json:"execution_count"`
	EName     string         `json:"ename"`
	EValue    string         `json:"evalue"`
	Traceback []string       `json:"traceback"`
	Wait      bool           `json:"wait"`
	Transient struct {
		DisplayID string `json:"display_id"`
	} `json:"transient"`
}

// Add takes a published message and returns the output that it made or changed,
// nil when none.
func (c *Collector) Add(kind string, content json.RawMessage) (Output, error) {
	var p published
	if err := json.Unmarshal(content, &p); err != nil {
		return nil, err
	}
	switch kind {
	case "clear_output":
		if c.clear = p.Wait; !p.Wait {
			c.Outputs = nil
		}
		return nil, nil
	case "update_display_data":
		var last Output
		for _, o := range c.displays[p.Transient.DisplayID] {
			o["data"], o["metadata"] = asLines(p.Data), orEmpty(p.Metadata)
			last = o
		}
		return last, nil
	}
	var o Output
	switch kind {
	case "stream":
		return c.stream(p.Name, p.Text), nil
	case "display_data":
		o = Output{"output_type": kind, "data": asLines(p.Data), "metadata": orEmpty(p.Metadata)}
		if id := p.Transient.DisplayID; id != "" {
			c.displays[id] = append(c.displays[id], o)
		}
	case "execute_result":
		o = Output{"output_type": kind, "data": asLines(p.Data), "metadata": orEmpty(p.Metadata), "execution_count": p.Count}
	case "error":
		o = Output{"output_type": kind, "ename": p.EName, "evalue": p.EValue, "traceback": anyOf(p.Traceback)}
	default:
		return nil, nil
	}
	c.begin()
	c.Outputs = append(c.Outputs, o)
	return o, nil
}

// AddError adds an error that the kernel did not publish.
func (c *Collector) AddError(name, value string) {
	c.begin()
	c.Outputs = append(c.Outputs, Output{"output_type": "error", "ename": name, "evalue": value, "traceback": []any{name + ": " + value}})
}

func (c *Collector) begin() {
	if c.clear {
		c.Outputs, c.clear = nil, false
	}
}

// stream adds text to the last output when that is the same stream.
func (c *Collector) stream(name, text string) Output {
	c.begin()
	if n := len(c.Outputs); n > 0 && c.Outputs[n-1]["output_type"] == "stream" && c.Outputs[n-1]["name"] == name {
		o := c.Outputs[n-1]
		// Only the line that was not ended can still change.
		lines, _ := o["text"].([]any)
		if n := len(lines) - 1; n >= 0 {
			if line, _ := lines[n].(string); !strings.HasSuffix(line, "\n") {
				lines, text = lines[:n], line+text
			}
		}
		o["text"] = append(lines, Lines(overwrite(text))...)
		return o
	}
	o := Output{"output_type": "stream", "name": name, "text": Lines(overwrite(text))}
	c.Outputs = append(c.Outputs, o)
	return o
}

// overwrite does what a carriage return does on a terminal: the line begins
// anew.
func overwrite(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	lines := strings.SplitAfter(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		body, end := strings.TrimSuffix(line, "\n"), ""
		if body != line {
			end = "\n"
		}
		trailing := ""
		if strings.HasSuffix(body, "\r") { // what follows will overwrite it; until then it shows
			body, trailing = strings.TrimSuffix(body, "\r"), "\r"
		}
		lines[i] = body[strings.LastIndexByte(body, '\r')+1:] + trailing + end
	}
	return strings.Join(lines, "")
}

// asLines stores texts as nbformat does; JSON stays as it is.
func asLines(data map[string]any) map[string]any {
	out := map[string]any{}
	for mime, v := range data {
		if s, ok := v.(string); ok && (strings.HasPrefix(mime, "text/") || mime == "image/svg+xml") {
			out[mime] = Lines(s)
		} else {
			out[mime] = v
		}
	}
	return out
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func anyOf(s []string) []any {
	out := make([]any, len(s))
	for i, v := range s {
		out[i] = v
	}
	return out
}
