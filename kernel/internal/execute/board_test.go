package execute

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/pt"
)

func TestBoardInALog(t *testing.T) {
	var out strings.Builder
	b := &Board{W: &out}
	x, y := b.Lane("x"), b.Lane("y")
	fmt.Fprint(x, "10%\r20")
	fmt.Fprint(y, "one\ntwo")
	x.Status("nobody sees this")
	fmt.Fprint(x, "%\n")
	y.Close()
	x.Close()
	if want := "y │ one\nx │ 20%\ny │ two\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestBoardOnATerminal(t *testing.T) {
	var out strings.Builder
	b := &Board{W: &out, Terminal: true, Width: 12}
	x, y := b.Lane("x"), b.Lane("y")
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { x.Status("1") }, "x ▸ 1\n"},
		{func() { y.Status("a long line") }, "\x1b[1A\r\x1b[Jx ▸ 1\ny ▸ a long…\n"},
		{func() { fmt.Fprintln(y, "said") }, "\x1b[2A\r\x1b[Jy │ said\nx ▸ 1\ny ▸ a long…\n"},
		{x.Close, "\x1b[2A\r\x1b[Jy ▸ a long…\n"},
		{y.Close, "\x1b[1A\r\x1b[J"},
	} {
		out.Reset()
		if step.do(); out.String() != step.want {
			t.Errorf("got %q, want %q", out.String(), step.want)
		}
	}
}

// Names and first lines come from outside and do nothing to a terminal.
func TestNamesDoNothing(t *testing.T) {
	const bad = "a\x1b[31mb\u202e<i>\x1b]0;t\a\r"
	var out strings.Builder
	b := &Board{W: &out, Terminal: true, Width: 80}
	lane := b.Lane(bad)
	p := &Progress{W: lane, Status: lane.Status}
	p.cell(1, 2, "%%\n// "+bad+"\nx()")
	content := []byte(`{"data": {"text/plain": "a\u001b[31mb\u202e"}}`)
	p.output("display_data", content, map[string]any{"output_type": "display_data", "data": map[string]any{"text/plain": "a\x1b[31mb\u202e"}})
	p.output("stream", []byte(`{"name": "stdout", "text": "c\u001b[31md\u202e\n"}`), nil)
	lane.Close()
	if err := WriteSlowest(&out, []Timing{{bad, 1, FirstLine(bad), time.Second}, {"b", 1, "x", time.Second}}, 2); err != nil {
		t.Fatal(err)
	}
	got := strings.NewReplacer("\x1b[1A\r\x1b[J", "").Replace(out.String()) // the board's own
	if strings.ContainsAny(got, "\x1b\a\r\u202e") {
		t.Errorf("%q", got)
	}
	for _, want := range []string{"a·b·<i>· │ [1/2] // a·b·<i>·\n", "a·b·<i>· ▸ a·b·\n", "a·b·<i>· │ cd\n", "a·b·<i>· célula 1", "  a·b·<i>·\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func ExampleWriteSlowest() {
	WriteSlowest(os.Stdout, []Timing{
		{"mlp", 1, "model.Summary()", time.Second},
		{"mlp", 2, "model.Fit(train, nn.Epochs(20))", 30 * time.Second},
		{"cnn", 12, "viz.Filters(model)", 9 * time.Second},
	}, 2)
	// Output:
	// as mais lentas de 3 células, que levaram 40,0 s:
	//    mlp célula 2  30,0 s  75 %  model.Fit(train, nn.Epochs(20))
	//   cnn célula 12   9,0 s  22 %  viz.Filters(model)
}

func ExampleNames() {
	fmt.Println(Names([]string{"a/one.ipynb", "b/two.ipynb", "c/two.ipynb"}))
	// Output: [one b/two c/two]
}

func TestShortDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Second: "1m30s", 20 * time.Second: "20s", 10 * time.Hour: "10h"} {
		if got := pt.Duration(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}
