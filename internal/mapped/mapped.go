// Package mapped is the content of a file as memory. It asks the system by itself:
// libraries that do so for all systems bring the names of all that systems can be asked,
// which the linker has to read for every cell.
package mapped

import "os"

// File is the content of a file of a size, in bytes, as memory, until it is closed or the
// process ends. What is written to it stays in this process; only who cuts the file short
// takes it away. An error tells that it has to be read instead.
func File(f *os.File, size int64) ([]byte, error) { return mapFile(f, size) }
