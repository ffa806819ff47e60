package main

import (
	"fmt"
	"strings"
	"testing"
)

// slider is a cell that says to what its slider is moved, and ends when its
// button is pressed.
const slider = `import "github.com/nnlab-go/lab/nnlab/viz"
moved, stop := make(chan float64, 8), make(chan bool, 1)
s := viz.SliderOf("ruído", 0, 1, 0.5, func(v float64) { moved <- v })
b := viz.Button("parar", func() { stop <- true })
fmt.Println(s.Show(), b.Show())
for {
	select {
	case v := <-moved:
		fmt.Println("movido", v)
	case <-stop:
		fmt.Println("parado")
		fmt.Println(s.Close(), b.Close())
		return
	}
}`

// openControl opens a comm for a display, as the script in the page does, and
// returns how many moves the kernel says that the cell has got of it; -1 where it
// closes the comm.
func (f *front) openControl(comm, display string) int {
	f.t.Helper()
	return f.answered(f.ask("shell", "comm_open", map[string]any{"comm_id": comm, "target_name": "nnlab.control", "data": map[string]any{"id": display}}))
}

// moveControl sends the move with a number, 1 for the first of a comm. The id is
// what answered wants.
func (f *front) moveControl(comm string, number int, value any) (id string) {
	return f.ask("shell", "comm_msg", map[string]any{"comm_id": comm, "data": map[string]any{"number": number, "value": value}})
}

// answered is what the kernel says to a message on the comm of a control.
func (f *front) answered(id string) int {
	f.t.Helper()
	h := f.await("answer on a comm", func(h heard) bool {
		return h.socket == "iopub" && h.Parent.ID == id && strings.HasPrefix(h.Header.Type, "comm_")
	})
	if h.Header.Type == "comm_close" {
		return -1
	}
	return int(content(h)["data"].(map[string]any)["heard"].(float64))
}

// onComm waits for a message of a kind on a comm.
func (f *front) onComm(comm, kind string) {
	f.t.Helper()
	f.await(kind+" on "+comm, func(h heard) bool {
		return h.socket == "iopub" && h.Header.Type == kind && content(h)["comm_id"] == comm
	})
}

// printed waits for a text of a cell.
func (f *front) printed(id, text string) {
	f.t.Helper()
	f.await(text, func(h heard) bool {
		c, _ := content(h)["text"].(string)
		return h.Parent.ID == id && h.Header.Type == "stream" && strings.Contains(c, text)
	})
}

// displays lists the displays of a cell, in order.
func (f *front) displays(id string, n int) (ids []string) {
	f.t.Helper()
	f.await(fmt.Sprint(n, " displays"), func(h heard) bool {
		if h.Parent.ID == id && strings.HasSuffix(h.Header.Type, "display_data") {
			ids = append(ids, content(h)["transient"].(map[string]any)["display_id"].(string))
		}
		return len(ids) == n
	})
	return ids
}

// What is moved in the page reaches the cell while it runs.
func TestControlsOfARunningCell(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell(slider))
	shown := f.displays(id, 2)
	for comm, display := range map[string]string{"c1": shown[0], "c2": shown[1]} {
		if got := f.openControl(comm, display); got != 0 {
			t.Errorf("%s is answered %d", comm, got)
		}
	}
	if got := f.openControl("c3", "nnlab-OFACELLTHATHASENDED"); got != -1 {
		t.Errorf("a control of another cell is answered %d", got)
	}
	f.moveControl("c1", 1, 0.25)
	f.printed(id, "movido 0.25\n")
	f.moveControl("c1", 2, "no number")
	f.moveControl("nobody", 1, 0.75)
	if got := f.answered(f.moveControl("c1", 2, 7)); got != 2 { // no further than its end
		t.Errorf("the second move is answered %d", got)
	}
	f.printed(id, "movido 1\n")
	f.moveControl("c2", 1, 1)
	if got := f.done(id); got["status"] != "ok" {
		t.Errorf("the cell ended with %v", got)
	}
	f.onComm("c1", "comm_close")
	f.onComm("c2", "comm_close")
	got := strings.Join(f.about(id), " ")
	if _, end, stopped := strings.Cut(got, "parado"); !stopped || !strings.Contains(end, `<nil> <nil>\n"`) || !strings.HasSuffix(end, " idle") || strings.Contains(got, "0.75") {
		t.Errorf("published %s", got)
	}
	// After its end it is a picture with the last value.
	last := f.await("the last picture", func(h heard) bool {
		data, _ := content(h)["data"].(map[string]any)
		return h.Parent.ID == id && strings.HasSuffix(fmt.Sprint(data["text/plain"]), "0 a 1 · 1")
	})
	if html := content(last)["data"].(map[string]any)["text/html"].(string); strings.Contains(html, "<script") {
		t.Errorf("the last picture is %s", html)
	}
	if got := f.openControl("c4", shown[0]); got != -1 {
		t.Errorf("a control of a cell that has ended is answered %d", got)
	}
}

// What the page says again, because it has heard no answer, counts once; what came
// without what was before it is asked for anew.
func TestMovesThatAreRepeated(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell(slider))
	shown := f.displays(id, 2)
	open := func() string {
		return f.ask("shell", "comm_open", map[string]any{"comm_id": "c", "target_name": "nnlab.control", "data": map[string]any{"id": shown[0]}})
	}
	for _, step := range []struct {
		id   string
		want int
	}{
		{open(), 0},
		{open(), 0},
		{f.moveControl("c", 2, 0.75), 0}, // the first was lost
		{f.moveControl("c", 1, 0.25), 1},
		{f.moveControl("c", 1, 0.25), 1},
		{open(), 1},
		{f.moveControl("c", 2, 0.75), 2},
		{f.moveControl("c", 1, 0.25), 2},
	} {
		if got := f.answered(step.id); got != step.want {
			t.Errorf("answered %d, want %d", got, step.want)
		}
	}
	f.printed(id, "movido 0.75\n")
	f.openControl("d", shown[1])
	f.moveControl("d", 1, 1)
	f.done(id)
	if got := strings.Join(f.about(id), " "); strings.Count(got, "movido") != 2 {
		t.Errorf("published %s", got)
	}
	// Who has not heard that the cell has ended hears it when he asks again.
	if got := f.answered(open()); got != -1 {
		t.Errorf("after the cell's end: answered %d", got)
	}
}

// A cell that does not listen keeps nobody waiting, and the next one hears what is
// meant for it.
func TestControlsOfACellThatDoesNotListen(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell("import \"github.com/nnlab-go/lab/nnlab/notebook\"\nnotebook.Show(\"nnlab-X\", notebook.Bundle{notebook.Plain: \"x\"})\ntime.Sleep(time.Hour)"))
	f.displays(id, 1)
	f.openControl("c", "nnlab-X")
	last := ""
	for i := range 6000 { // more than the pipe holds
		last = f.moveControl("c", i+1, 1234.5678)
	}
	// What it has not got is not acknowledged.
	if got := f.answered(last); got < 1 || got >= 6000 {
		t.Errorf("a cell that does not listen has got %d of 6000 moves", got)
	}
	f.reply(f.ask("shell", "kernel_info_request", map[string]any{}))
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(id)
	f.onComm("c", "comm_close")
	id = f.ask("shell", "execute_request", cell(slider))
	shown := f.displays(id, 2)
	f.openControl("d", shown[0])
	f.openControl("e", shown[1])
	f.moveControl("d", 1, 0.25)
	f.printed(id, "movido 0.25\n")
	f.moveControl("e", 1, 1)
	f.done(id)
}

// GoNB's own widgets speak with their cell through this kernel while it runs.
func TestCommsOfGoNB(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell(`import "github.com/janpfeifer/gonb/gonbui/comms"
heard := comms.Listen[float64]("/x")
fmt.Println("listens")
fmt.Println("heard", <-heard.C)
comms.Send("/y", 3)
gonbui.Sync()`))
	f.displays(id, 1) // the script that opens the comm
	f.ask("shell", "comm_open", map[string]any{"comm_id": "g", "target_name": "gonb_comm", "kernel_id": "", "data": map[string]any{}})
	f.onComm("g", "comm_msg") // its acknowledgement
	f.printed(id, "listens")
	f.ask("shell", "comm_msg", map[string]any{"comm_id": "g", "data": map[string]any{"address": "/x", "value": 0.5}})
	f.printed(id, "heard 0.5")
	f.await("the answer", func(h heard) bool {
		data, _ := content(h)["data"].(map[string]any)
		return h.Header.Type == "comm_msg" && data["address"] == "/y" && data["value"] == 3.0
	})
	f.done(id)
}
