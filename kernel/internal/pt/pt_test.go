package pt

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
)

func ExampleNumber() {
	fmt.Println(Number(-2.449, 2), Number(7, 1), Number(1234.5, 0))
	fmt.Println(Digits(0.123456, 3), Digits(-1e-7, 3), Digits(3, 3), Digits(math.Inf(1), 3), Digits(math.NaN(), 3))
	// Output:
	// −2,45 7,0 1234
	// 0,123 −1e−07 3 +∞ NaN
}

func TestError(t *testing.T) {
	dir := t.TempDir()
	_, err := os.ReadFile(filepath.Join(dir, "none"))
	if got := Error(err); got.Error() != filepath.Join(dir, "none")+": não existe" || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("got %v", got)
	}
	_, err = os.ReadFile(dir)
	if got := Error(err).Error(); got != dir+": é uma pasta, não um arquivo" {
		t.Errorf("got %v", got)
	}
	if got, want := Error(fmt.Errorf("lendo: %w; desisto", err)).Error(), "lendo: "+dir+": é uma pasta, não um arquivo; desisto"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := errors.New("another"); Error(err) != err {
		t.Error("another error has changed")
	}
}
