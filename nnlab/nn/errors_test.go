package nn

import "testing"

// Names of files and arrays stand in errors, and do nothing to a terminal.
func TestNamesDoNothing(t *testing.T) {
	e := &Error{Where: "a\x1b[31mb\u202e.safetensors", Expected: "x", Got: "\x1b]0;t\ay"}
	if got, want := e.Error(), "ab.safetensors: expects x, got y"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e.shown = true
	if got, want := e.Error(), "ab.safetensors: the error shown above"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
