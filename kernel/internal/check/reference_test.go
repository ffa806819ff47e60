package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCopyModel(t *testing.T) {
	dir := t.TempDir()
	file, link, large := filepath.Join(dir, "m"), filepath.Join(dir, "link"), filepath.Join(dir, "large")
	if err := os.WriteFile(file, []byte("weights"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, largestModel+1); err != nil { // takes no room
		t.Fatal(err)
	}
	for from, want := range map[string]string{file: "", link: "não é um arquivo", filepath.Join(dir, "none"): "não é um arquivo", dir: "não é um arquivo", large: "tem mais de 2 GiB"} {
		to := filepath.Join(t.TempDir(), "copy")
		err := copyModel(to, from)
		if (err != nil) != (want != "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", from, err, want)
		}
		if b, _ := os.ReadFile(to); want == "" && string(b) != "weights" {
			t.Errorf("%s: copied %q", from, b)
		}
	}
	if err := copyModel(file, file); err == nil {
		t.Error("a file that was there was written")
	}
}

// A solution that cannot be read is told in Portuguese.
func TestSolutionIsMissing(t *testing.T) {
	_, err := sheetOf(t, "solution = \"s.go\"\n[[check]]\ncell = \"a\"")
	if err == nil || !strings.HasSuffix(err.Error(), "s.go: não existe") {
		t.Errorf("got %v", err)
	}
}
