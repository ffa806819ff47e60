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

// openControl opens a comm for a display, as the script in the page does.
func (f *front) openControl(comm, display string) {
	f.ask("shell", "comm_open", map[string]any{"comm_id": comm, "target_name": "nnlab.control", "data": map[string]any{"id": display}})
}

func (f *front) moveControl(comm string, value any) {
	f.ask("shell", "comm_msg", map[string]any{"comm_id": comm, "data": map[string]any{"value": value}})
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
	f.openControl("c1", shown[0])
	f.openControl("c2", shown[1])
	f.openControl("c3", "nnlab-OFACELLTHATHASENDED")
	f.onComm("c1", "comm_msg")
	f.onComm("c2", "comm_msg")
	f.onComm("c3", "comm_close")
	f.moveControl("c1", 0.25)
	f.printed(id, "movido 0.25\n")
	f.moveControl("c1", "no number")
	f.moveControl("nobody", 0.75)
	f.moveControl("c1", 7) // no further than its end
	f.printed(id, "movido 1\n")
	f.moveControl("c2", 1)
	if got := f.done(id); got["status"] != "ok" {
		t.Errorf("the cell ended with %v", got)
	}
	f.onComm("c1", "comm_close")
	f.onComm("c2", "comm_close")
	if got := strings.Join(f.about(id), " "); !strings.Contains(got, `parado`) || !strings.Contains(got, `<nil> <nil>\n" idle`) || strings.Contains(got, "0.75") {
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
	f.openControl("c4", shown[0])
	f.onComm("c4", "comm_close")
}

// A cell that does not listen keeps nobody waiting, and the next one hears what is
// meant for it.
func TestControlsOfACellThatDoesNotListen(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell("import \"github.com/nnlab-go/lab/nnlab/notebook\"\nnotebook.Show(\"nnlab-X\", notebook.Bundle{notebook.Plain: \"x\"})\ntime.Sleep(time.Hour)"))
	f.displays(id, 1)
	f.openControl("c", "nnlab-X")
	f.onComm("c", "comm_msg")
	for range 6000 { // more than the pipe holds
		f.moveControl("c", 1234.5678)
	}
	f.reply(f.ask("shell", "kernel_info_request", map[string]any{}))
	f.ask("control", "interrupt_request", map[string]any{})
	f.done(id)
	f.onComm("c", "comm_close")
	id = f.ask("shell", "execute_request", cell(slider))
	shown := f.displays(id, 2)
	f.openControl("d", shown[0])
	f.openControl("e", shown[1])
	f.onComm("e", "comm_msg")
	f.moveControl("d", 0.25)
	f.printed(id, "movido 0.25\n")
	f.moveControl("e", 1)
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
