//go:build !linux

package vars

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"unsafe"
)

var page = uintptr(os.Getpagesize())

// files are the blocks of a folder: those that have been read, and new files for
// those that have changed. A file is never written to again.
type files struct {
	account
	blocks map[unsafe.Pointer]extent
	sizes  map[string]int64 // of files that have been read
	out    *os.File
}

func newFiles(folder, next string, quota int64) *files {
	return &files{account: newAccount(folder, next, quota), blocks: map[unsafe.Pointer]extent{}, sizes: map[string]int64{}}
}

func (f *files) isOpen() bool { return f.out != nil }

func (f *files) sizeOf(name string) int64 { return f.sizes[name] }

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
	info, err := file.Stat()
	if err != nil || x.offset < 0 || info.Size() < x.offset+x.size {
		return nil, errDamaged
	}
	f.sizes[x.file] = info.Size()
	data := make([]byte, x.size)
	_, err = file.ReadAt(data, x.offset)
	return data, err
}

// keep keeps a block: where it is, or in the new file if it has changed.
func (f *files) keep(at unsafe.Pointer, size uintptr) ([]extent, error) {
	if x, ok := f.blocks[at]; ok && uintptr(x.size) == size && !f.stale[x.file] {
		if data, err := f.original(x); err == nil && bytes.Equal(data, bytesAt(at, size)) {
			f.use([]extent{x})
			return []extent{x}, nil
		}
	}
	offset, err := f.place(size, 64)
	if err != nil {
		return nil, err
	}
	if f.out == nil {
		if f.out, err = os.OpenFile(filepath.Join(f.folder, f.next), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return nil, err
		}
	}
	if _, err := f.out.WriteAt(bytesAt(at, size), offset); err != nil {
		return nil, err
	}
	f.grow(offset + int64(size))
	x := extent{f.next, offset, int64(size)}
	f.use([]extent{x})
	return []extent{x}, nil
}

// truncate empties the new file. Where the system cannot, what is in it stays until
// something is written over it.
func (f *files) truncate() { _ = f.out.Truncate(0) }

func (f *files) close() {
	if f.out != nil {
		f.out.Close() // what has been written is there
		f.out = nil
	}
}
