package cuda

import "regexp"

var entry = regexp.MustCompile(`(?m)^\.visible \.entry (\w+)\(`)

// entries returns the names of the kernels in a file of PTX.
func entries(ptx []byte) (names []string) {
	for _, m := range entry.FindAllSubmatch(ptx, -1) {
		names = append(names, string(m[1]))
	}
	return names
}
