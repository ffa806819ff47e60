package nils

import (
	"errors"
	"slices"
	"testing"
)

// Interfaces, functions and pointers are found, variadic and of methods too; slices and maps
// are not, nor receivers.
func TestParameters(t *testing.T) {
	if got := parametersOf(t, "github.com/nnlab-go/lab/internal/nils"); !slices.Equal(got, []string{"Check.t"}) {
		t.Errorf("got %q", got)
	}
	all := parametersOf(t, "io")
	for _, want := range []string{"Copy.dst", "MultiReader.readers", "SectionReader.Seek.", "ReadAll.r"} {
		if found := slices.Contains(all, want); found != (want != "SectionReader.Seek.") {
			t.Errorf("%s: %v", want, found)
		}
	}
	if got := parametersOf(t, "github.com/nnlab-go/lab/nnlab/viz"); !slices.Contains(got, "Button.press") {
		t.Error("a parameter whose type may be one of functions is not found")
	}
}

// A panic of the runtime's says nothing; one with an error is an error.
func TestCalled(t *testing.T) {
	var none *struct{ n int }
	said := errors.New("said")
	for want, call := range map[string]func() error{
		"a panic": func() error { return errors.New(string(rune(none.n))) },
		"said":    func() error { panic(said) },
		"told":    func() error { return errors.New("told") },
	} {
		if err := called(call); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := called(func() error { return nil }); err != nil {
		t.Error(err)
	}
}
