package vars

import (
	"errors"
	"math"
)

var errQuota = errors.New("as variáveis não cabem no espaço que podem ocupar")

// account is of the files with blocks: a new one for the blocks of some variables
// that share memory, and what is still used of older ones. A file belongs to such
// variables alone, so that all that is used of it is known where they change.
type account struct {
	folder string
	next   string           // the name of the new file
	size   int64            // of the new file
	left   int64            // what the cell may still write
	used   map[string]int64 // of each file
	stale  map[string]bool  // files whose blocks go to the new one
}

func newAccount(folder, next string, quota int64) account {
	if quota <= 0 {
		quota = math.MaxInt64
	}
	return account{folder: folder, next: next, left: quota, used: map[string]int64{}}
}

// spend notes that the cell writes something, if it may.
func (a *account) spend(bytes int64) error {
	if bytes > a.left {
		return errQuota
	}
	a.left -= bytes
	return nil
}

// place is where in the new file a block begins that is written next.
func (a *account) place(size uintptr, align int64) (offset int64, err error) {
	offset = (a.size + align - 1) / align * align
	if offset+int64(size)-a.size > a.left {
		return 0, errQuota
	}
	return offset, nil
}

// grow notes where the new file ends now.
func (a *account) grow(end int64) {
	a.left -= end - a.size
	a.size = end
}

// use notes the parts of files that a block is in, with what lies between each and where
// the next one could begin.
func (a *account) use(extents []extent) {
	for _, x := range extents {
		align := int64(64)
		if x.offset%int64(page) == 0 {
			align = int64(page)
		}
		a.used[x.file] += (x.size + align - 1) / align * align
	}
}

// begin begins with other variables.
func (f *files) begin(next string) {
	if f.size > 0 {
		f.close()
		f.size = 0
	}
	if !f.isOpen() {
		f.next = next
	}
	f.used, f.stale = map[string]int64{}, nil
}

// compact tells whether a file is left of which less than half is used. The blocks
// must be kept once more then, for which the new file is empty again: it takes those
// of such files as well. Where nothing has changed nothing is written.
func (f *files) compact() bool {
	if f.size == 0 {
		return false
	}
	stale := map[string]bool{}
	for name, used := range f.used {
		if name != f.next && 2*used < f.sizeOf(name) {
			stale[name] = true
		}
	}
	if len(stale) == 0 {
		return false
	}
	f.rewind()
	f.stale = stale
	return true
}

// rewind empties the new file.
func (f *files) rewind() {
	f.truncate()
	f.left += f.size
	f.size = 0
	f.used, f.stale = map[string]int64{}, nil
}
