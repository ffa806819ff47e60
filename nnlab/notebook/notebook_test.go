package notebook

import (
	"encoding/gob"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// kernelSide plays the kernel's end of the pipes: it hands on displays and
// answers syncs.
func kernelSide(t *testing.T) <-chan protocol.DisplayData {
	dir := t.TempDir()
	out, back := filepath.Join(dir, "out"), filepath.Join(dir, "back")
	for _, p := range []string{out, back} {
		if err := syscall.Mkfifo(p, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(protocol.GONB_PIPE_ENV, out)
	t.Setenv(protocol.GONB_PIPE_BACK_ENV, back)
	displays := make(chan protocol.DisplayData, 16)
	go func() {
		r, err := os.Open(out)
		if err != nil {
			t.Error(err)
			return
		}
		w, err := os.OpenFile(back, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		d, e := gob.NewDecoder(r), gob.NewEncoder(w)
		for {
			var data protocol.DisplayData
			if err := d.Decode(&data); err != nil {
				return
			}
			if v, ok := data.Data[protocol.MIMECommValue]; ok {
				e.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: v.(protocol.CommValue).Value})
				continue
			}
			displays <- data
		}
	}()
	return displays
}

func TestShow(t *testing.T) {
	if Available() {
		t.Fatal("a notebook without a kernel")
	}
	if err := Show("", Bundle{Plain: "x"}); err == nil {
		t.Error("shown without a kernel")
	}
	displays := kernelSide(t)
	id := NewID()
	if id == NewID() {
		t.Error("two displays with one id")
	}
	for _, text := range []string{"first", "second"} {
		if err := Show(id, Bundle{Plain: text, SVG: "<svg/>"}); err != nil {
			t.Fatal(err)
		}
		// Show has waited for the kernel: the display is there already.
		select {
		case d := <-displays:
			if d.DisplayID != id || d.Data[Plain] != text || d.Data[SVG] != "<svg/>" {
				t.Errorf("got %+v", d)
			}
		default:
			t.Fatal("Show returned before the kernel had the display")
		}
	}
	if err := Clear(true); err != nil {
		t.Fatal(err)
	}
	if c := (<-displays).Data[ClearMIME].(map[string]any); c["wait"] != true {
		t.Errorf("got %v", c)
	}
	if err := Report("accuracy", 0.5, "half"); err != nil {
		t.Fatal(err)
	}
	r := (<-displays).Data[Result].(map[string]any)
	if r["name"] != "accuracy" || r["value"] != 0.5 || r["text"] != "half" {
		t.Errorf("got %v", r)
	}
}

func TestThrottle(t *testing.T) {
	now := time.Unix(0, 0)
	throttle := Throttle{now: func() time.Time { return now }}
	made := 0
	for range 1000 { // ten seconds of steps of ten milliseconds
		now = now.Add(10 * time.Millisecond)
		if throttle.Ready() {
			made++
		}
	}
	if made != 100 {
		t.Errorf("%d updates in ten seconds, want 100", made)
	}
}
