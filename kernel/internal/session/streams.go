package session

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/streams"
)

// piped is what a cell's programs write and read.
type piped struct {
	cell     *streams.Cell
	commands streams.Commands
	paused   []*streams.Reader // which are not read until a display has come
	later    []event           // what GoNB says behind what the programs write

	look     <-chan time.Time // when to see whether a program waits for input; nil: none can
	interval time.Duration    // between two looks
	question question
	answers  chan request // of front ends
	refused  bool         // it was said that there is no input

	places map[string]string // of lines of the program, as they are said
}

// question is what a front end was asked and has not answered.
type question struct {
	id      string // of the message; "" when nothing is asked
	program *streams.Program
}

// How often a program is looked at, whether it waits for input: soon after something
// that may lead to that, and then seldom.
const (
	soon   = 10 * time.Millisecond
	seldom = 400 * time.Millisecond
)

// writing tells whether programs may still write.
func (x *execution) writing() bool { return len(x.cell.Programs()) > 0 }

// early tells whether a message of GoNB has to wait: it comes behind all that programs
// have written which had begun before.
func (x *execution) early(e event) bool {
	if !x.writing() && len(x.later) == 0 {
		return false
	}
	x.later = append(x.later, e)
	return true
}

// begins takes a text of GoNB that is the mark of a program that begins, unless one that
// has to wait stands before it.
func (x *execution) begins(text string) bool {
	if len(x.later) > 0 || !x.cell.Begin(text) {
		return false
	}
	x.lookSoon()
	return true
}

// read takes what a program has written. Text behind the mark of a display that has not
// come is left where it is.
func (x *execution) read(r *streams.Reader) {
	if r.Stream == streams.Output && x.order.awaits > 0 {
		x.paused = append(x.paused, r)
		return
	}
	x.take(r)
	r.Resume()
	if !x.writing() {
		x.catchUp()
	}
}

// take shows what has been written, and returns how much.
func (x *execution) take(r *streams.Reader) int {
	text := r.Read()
	if r.Stream == streams.Output {
		x.printed(text)
	} else {
		x.stream("stderr", x.placed(x.errors.Add(text)))
	}
	return len(text)
}

// inProgram is a line of the program that GoNB has made of the cells.
var inProgram = regexp.MustCompile(`\S*/gonb_\w+/main(?:_test)?\.go:(\d+)`)

// placed says of such lines in what logs and stacks show where in the notebook they are.
func (x *execution) placed(text string) string {
	if !strings.Contains(text, "/gonb_") {
		return text
	}
	return inProgram.ReplaceAllStringFunc(text, func(is string) string {
		said, known := x.places[is]
		if !known {
			said = is
			line, _ := strconv.Atoi(is[strings.LastIndexByte(is, ':')+1:])
			if p := x.place(line, 0); p.Line > 0 {
				said = p.String()
			}
			x.places[is] = said
		}
		return said
	})
}

// readOn goes on behind a display.
func (x *execution) readOn() {
	x.order.awaits, x.order.late = 0, nil
	x.printed("")
	paused := x.paused
	x.paused = nil
	for _, r := range paused {
		x.read(r)
	}
}

// catchUp handles what GoNB has said of programs whose text had not all been read.
func (x *execution) catchUp() {
	later := x.later
	x.later = nil
	for _, e := range later {
		x.handle(e)
	}
}

func (x *execution) lookSoon() {
	x.interval = soon
	x.look = time.After(x.interval)
}

// lookForInput asks the front end for what a program waits to read.
func (x *execution) lookForInput() (asked bool) {
	x.look = nil
	programs := x.cell.Programs()
	if x.question.id != "" && slices.Contains(programs, x.question.program) {
		return false
	}
	x.question = question{} // who has asked has ended
	open := false
	for _, p := range programs {
		waits, known := p.Waits()
		switch {
		case !known && !x.commands.Asks:
			p.EndInput() // else it might wait for ever
			continue
		case (waits || !known) && x.order.awaits == 0:
			return x.ask(p)
		}
		open = true
	}
	if open {
		x.interval = min(x.interval*3/2, seldom)
		x.look = time.After(x.interval)
	}
	return false
}

// most is how many pieces are read before a question: other threads may print without
// end.
const most = 16

// ask asks for a line, with what the program has printed last as the prompt. Where the
// front end does not allow that the program finds the end of its input.
func (x *execution) ask(p *streams.Program) (asked bool) {
	for _, r := range p.Outputs() {
		for range most {
			if x.take(r) == 0 {
				break
			}
		}
	}
	switch {
	case x.order.awaits > 0: // a display has to be shown before
	case !orTrue(x.asked.AllowStdin):
		p.EndInput()
		x.refuse()
	default:
		x.sendQuestion(p, x.out.prompt(), x.commands.Secret)
		return true
	}
	x.lookSoon()
	return false
}

// sendQuestion sends a question to the front end that runs the cell.
func (x *execution) sendQuestion(p *streams.Program, prompt string, secret bool) {
	x.out.flush()
	id := x.session.send(x.session.stdin, x.request, "input_request", map[string]any{"prompt": prompt, "password": secret})
	x.question = question{id, p}
}

// refuse says, once, that the front end lets nobody type.
func (x *execution) refuse() {
	if !x.refused {
		x.refused = true
		x.stream("stderr", "nnlab: esta interface não deixa digitar uma entrada; a leitura encontra o fim do arquivo (EOF)\n")
	}
}

// wished takes a question that a program has GoNB ask (gonbui.RequestInput). What is
// answered is read as any other input.
func (x *execution) wished(content json.RawMessage) {
	var wish struct {
		Prompt   string `json:"prompt"`
		Password bool   `json:"password"`
	}
	json.Unmarshal(content, &wish) // without a prompt it is a question, too
	programs := x.cell.Programs()
	switch {
	case len(programs) == 0 || slices.Contains(programs, x.question.program):
	case !orTrue(x.asked.AllowStdin):
		programs[0].EndInput()
		x.refuse()
	default:
		x.sendQuestion(programs[0], wish.Prompt, wish.Password)
	}
}

// endOfInput is what front ends send for Control-D.
const endOfInput = "\x04"

// answered gives a program what was typed. What nobody has asked for, or somebody else
// was asked for, is dropped.
func (x *execution) answered(r request) {
	var content struct {
		Value *string `json:"value"`
	}
	err := json.Unmarshal(r.Content, &content)
	q := x.question
	if err != nil || content.Value == nil || q.id == "" || r.Parent.ID != "" && r.Parent.ID != q.id || string(r.Identities[0]) != string(x.request.Identities[0]) {
		x.session.Log.Printf("an input_reply is dropped: nobody waits for it")
		return
	}
	x.question = question{}
	if *content.Value == endOfInput {
		q.program.EndInput()
	} else if err := q.program.Write(*content.Value + "\n"); err != nil {
		x.session.Log.Printf("an input_reply is dropped: %v", err)
	}
	x.out.line = ""
	x.lookSoon()
}
