//go:build !linux

package vars

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"unsafe"
)

// files are the blocks of a folder: those that have been read, and a new file for
// those that have changed. A file is never written to again.
type files struct {
	folder string
	next   string // the name of the new file
	blocks map[unsafe.Pointer]extent
	out    *os.File
	size   int64
	quota  int64
	used   map[string]bool // files that have been named
}

func newFiles(folder, next string, quota int64) *files {
	return &files{folder: folder, next: next, blocks: map[unsafe.Pointer]extent{}, quota: quota, used: map[string]bool{}}
}

var errQuota = errors.New("as variáveis não cabem no espaço que podem ocupar")

// mapBlock reads a block.
func (f *files) mapBlock(extents []extent, size uintptr) (unsafe.Pointer, error) {
	if len(extents) != 1 || extents[0].file != filepath.Base(extents[0].file) || !ours("b", extents[0].file) || uintptr(extents[0].size) != size || size == 0 {
		return nil, errDamaged
	}
	data, err := f.original(extents[0])
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	block := unsafe.Pointer(unsafe.SliceData(make([]uint64, (size+7)/8)))
	copy(bytesAt(block, size), data)
	f.blocks[block] = extents[0]
	return block, nil
}

func (f *files) original(x extent) ([]byte, error) {
	file, err := os.Open(filepath.Join(f.folder, x.file))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || x.offset < 0 || info.Size() < x.offset+x.size {
		return nil, errDamaged
	}
	data := make([]byte, x.size)
	_, err = file.ReadAt(data, x.offset)
	return data, err
}

// keep keeps a block: where it is, or in the new file if it has changed.
func (f *files) keep(at unsafe.Pointer, size uintptr) ([]extent, error) {
	if x, ok := f.blocks[at]; ok && uintptr(x.size) == size {
		if data, err := f.original(x); err == nil && bytes.Equal(data, bytesAt(at, size)) {
			f.used[x.file] = true
			return []extent{x}, nil
		}
	}
	offset := (f.size + 63) / 64 * 64
	if f.quota > 0 && offset+int64(size) > f.quota {
		return nil, errQuota
	}
	if f.out == nil {
		var err error
		if f.out, err = os.OpenFile(filepath.Join(f.folder, f.next), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return nil, err
		}
	}
	if _, err := f.out.WriteAt(bytesAt(at, size), offset); err != nil {
		return nil, err
	}
	f.size = offset + int64(size)
	f.used[f.next] = true
	return []extent{{f.next, offset, int64(size)}}, nil
}

func (f *files) close() {
	if f.out != nil {
		f.out.Close() // what has been written is there
		f.out = nil
	}
}
