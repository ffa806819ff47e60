package vars

import (
	"os"
	"runtime"
	"strings"
	"time"
)

// asleep are the states of goroutines that only another goroutine wakes, or a timer.
var asleep = []string{"chan receive", "chan send", "select", "semacquire", "sync."}

// watch ends a program all of whose goroutines wait for each other. The runtime does
// so by itself, but not where signals are listened to, as Run does. It is not for
// programs whose goroutines may wait for timers, which cannot be seen.
func watch() {
	text := make([]byte, 1<<16)
	for before := ""; ; {
		time.Sleep(500 * time.Millisecond)
		began := time.Now()
		var n int
		text, n = stacks(text)
		stuck := waiting(string(text[:n]))
		if stuck != "" && stuck == before {
			os.Stderr.WriteString("fatal error: all goroutines are asleep - deadlock!\n\n" + stuck + "\n")
			os.Exit(2)
		}
		before = stuck
		// The program stands still meanwhile: with many goroutines it is looked at less often.
		time.Sleep(20 * time.Since(began))
	}
}

// stacks writes the stacks of all goroutines, in a larger slice if they do not fit: of
// a part of them nothing can be told, the one that works may be in the other.
func stacks(text []byte) ([]byte, int) {
	for {
		n := runtime.Stack(text, true)
		if n < len(text) {
			return text, n
		}
		text = make([]byte, 2*len(text))
	}
}

// waiting are the stacks of the program's goroutines, "" if one of them does not wait
// for another.
func waiting(text string) string {
	var all []string
	for i, g := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i == 0 || strings.Contains(g, "\nos/signal.") || strings.Contains(g, "vars.interrupted(") {
			continue // this one, and those that wait for an interrupt
		}
		_, state, _ := strings.Cut(g, "[")
		sleeps := false
		for _, s := range asleep {
			sleeps = sleeps || strings.HasPrefix(state, s)
		}
		if !sleeps {
			return ""
		}
		head, stack, _ := strings.Cut(g, "\n")
		if j := strings.Index(head, ", "); j > 0 { // how long it has been so changes
			head = head[:j] + "]:"
		}
		all = append(all, head+"\n"+stack)
	}
	return strings.Join(all, "\n\n")
}
