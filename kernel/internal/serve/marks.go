package serve

import (
	"os"
	"path/filepath"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
)

// marksOf names the file in the setting that is there while cells mark where their
// displays are, and returns what makes and removes it. Only one cell runs at a time.
func marksOf(s *gonb.Setting) func(wanted bool) error {
	path, are := filepath.Join(s.Tmp, "marks"), false
	s.Marks = path
	return func(wanted bool) (err error) {
		if wanted == are {
			return nil
		}
		if wanted {
			err = os.WriteFile(path, nil, 0o600)
		} else {
			err = os.Remove(path)
		}
		if err == nil {
			are = wanted
		}
		return err
	}
}
