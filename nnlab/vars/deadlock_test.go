package vars

import (
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A program is taken for stuck when all of its goroutines wait for each other, however
// many they are, and not while one of them works.
func TestWaiting(t *testing.T) {
	const many = 20000
	release := make(chan struct{})
	for range many {
		go func() { <-release }()
	}
	var stop, works atomic.Bool
	ended := make(chan struct{})
	go func() { // after the others, and so in the last of the text
		defer close(ended)
		for !stop.Load() {
			works.Store(true)
			runtime.Gosched()
		}
	}()
	for !works.Load() {
		runtime.Gosched()
	}
	text, n := stacks(make([]byte, 1<<10))
	if got := strings.Count(string(text[:n]), "\ngoroutine "); got < many {
		t.Errorf("the stacks of %d goroutines, of more than %d", got, many)
	}
	if stuck := waiting(string(text[:n])); stuck != "" {
		t.Errorf("a goroutine works, and %d bytes of stacks wait", len(stuck))
	}
	stop.Store(true)
	<-ended
	// They may still be on their way to what they wait for.
	stuck := ""
	for end := time.Now().Add(time.Minute); stuck == "" && time.Now().Before(end); {
		text, n = stacks(text)
		stuck = waiting(string(text[:n]))
	}
	if got := strings.Count(stuck, "chan receive"); got < many {
		t.Errorf("%d goroutines wait, of %d", got, many)
	}
	close(release)
}

// What differs between two looks at a stuck program does not count.
func TestWaitingText(t *testing.T) {
	const first = "goroutine 1 [running]:\nx()\n\n"
	for _, c := range []struct{ text, want string }{
		{"goroutine 7 [chan receive, 3 minutes]:\nmain.f()", "goroutine 7 [chan receive]:\nmain.f()"},
		{"goroutine 7 [sync.WaitGroup.Wait]:\nmain.f()\n\ngoroutine 8 [select]:\nmain.g()", "goroutine 7 [sync.WaitGroup.Wait]:\nmain.f()\n\ngoroutine 8 [select]:\nmain.g()"},
		{"goroutine 7 [chan send]:\nmain.f()\n\ngoroutine 8 [runnable]:\nmain.g()", ""},
		{"goroutine 7 [sleep]:\nmain.f()", ""},
		{"goroutine 7 [IO wait]:\nmain.f()", ""},
		{"goroutine 7 [chan send]:\nmain.f()\n\ngoroutine 8 [syscall]:\nos/signal.signal_recv()", "goroutine 7 [chan send]:\nmain.f()"},
	} {
		if got := waiting(first + c.text); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}
