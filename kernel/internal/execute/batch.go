package execute

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Each calls f for 0…n-1, at most parallel of them at once, and returns when all
// have ended.
func Each(n, parallel int, f func(i int)) {
	var g errgroup.Group
	g.SetLimit(parallel)
	for i := range n {
		g.Go(func() error {
			f(i)
			return nil
		})
	}
	g.Wait()
}

// Parallel is how many of n notebooks run at once: what the user asked for, or
// with 0 as many as there are cores.
func Parallel(asked, n int) (int, error) {
	if asked < 0 {
		return 0, fmt.Errorf("-j: esperava um número de cadernos, veio %d", asked)
	}
	if asked == 0 {
		asked = runtime.NumCPU()
	}
	return max(1, min(asked, n)), nil
}

// Names are short names of notebooks, no two of them equal.
func Names(notebooks []string) []string {
	count := map[string]int{}
	for _, nb := range notebooks {
		count[base(nb)]++
	}
	names := make([]string, len(notebooks))
	for i, nb := range notebooks {
		if names[i] = base(nb); count[names[i]] > 1 {
			names[i] = strings.TrimSuffix(filepath.ToSlash(nb), ".ipynb")
		}
	}
	return names
}

func base(notebook string) string { return strings.TrimSuffix(filepath.Base(notebook), ".ipynb") }
