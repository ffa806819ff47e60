package vars

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"unsafe"
)

// largeBlock is how many bytes a block has of which pages are written one by one.
const largeBlock = 1 << 20

// mostExtents is how many parts a block may be in before it is written as a whole.
const mostExtents = 256

var page = uintptr(os.Getpagesize())

// files are the blocks of a folder: those that are mapped into the memory, and new
// files for those that have changed. A file is never written to again.
type files struct {
	account
	areas []*area // by address
	whole map[string]*area
	disk  map[string][]byte // the files as they are on the disk, as far as that was needed
	out   int               // the new file, -1 while there is none
}

// area is a part of a file in the memory.
type area struct {
	at, size uintptr
	file     string
	offset   int64
	of       *area  // the one that it is a part of
	pages    []byte // what the system knows of its pages, nil before it has been asked
}

func newFiles(folder, next string, quota int64) *files {
	return &files{account: newAccount(folder, next, quota), whole: map[string]*area{}, disk: map[string][]byte{}, out: -1}
}

func (f *files) isOpen() bool { return f.out >= 0 }

func (f *files) sizeOf(name string) int64 { return int64(f.whole[name].size) }

func mmap(at, size uintptr, protection, flags, fd int, offset int64) (uintptr, error) {
	p, _, e := syscall.RawSyscall6(syscall.SYS_MMAP, at, size, uintptr(protection), uintptr(flags), uintptr(fd), uintptr(offset))
	if e != 0 {
		return 0, os.NewSyscallError("mmap", e)
	}
	return p, nil
}

// mapFile maps a whole file, once.
func (f *files) mapFile(name string) (*area, error) {
	if a, ok := f.whole[name]; ok {
		return a, nil
	}
	if name != filepath.Base(name) || !ours("b", name) {
		return nil, errDamaged
	}
	file, size, err := openFile(filepath.Join(f.folder, name))
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	defer file.Close()
	if size == 0 {
		return nil, errDamaged
	}
	at, err := mmap(0, uintptr(size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_NORESERVE, int(file.Fd()), 0)
	if err != nil {
		return nil, err
	}
	a := &area{at: at, size: uintptr(size), file: name}
	f.whole[name] = a
	f.add(a)
	return a, nil
}

func (f *files) add(a *area) {
	i, _ := slices.BinarySearchFunc(f.areas, a, func(a, b *area) int { return cmp.Compare(a.at, b.at) })
	f.areas = slices.Insert(f.areas, i, a)
}

// mapBlock makes a block of its parts.
func (f *files) mapBlock(extents []extent, size uintptr) (unsafe.Pointer, error) {
	total := uintptr(0)
	for _, x := range extents {
		whole, err := f.mapFile(x.file)
		if err != nil {
			return nil, err
		}
		if x.size <= 0 || x.offset < 0 || uintptr(x.offset) > whole.size || uintptr(x.size) > whole.size-uintptr(x.offset) || x.offset%64 != 0 {
			return nil, errDamaged
		}
		total += uintptr(x.size)
	}
	if total != size || len(extents) == 0 {
		return nil, errDamaged
	}
	if len(extents) == 1 {
		return address(f.whole[extents[0].file].at + uintptr(extents[0].offset)), nil
	}
	base, err := mmap(0, size, syscall.PROT_NONE, syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE, -1, 0)
	if err != nil {
		return nil, err
	}
	at := base
	for i, x := range extents {
		if uintptr(x.offset)%page != 0 || i < len(extents)-1 && uintptr(x.size)%page != 0 {
			return nil, errDamaged
		}
		file, err := os.Open(filepath.Join(f.folder, x.file))
		if err != nil {
			return nil, err
		}
		_, err = mmap(at, uintptr(x.size), syscall.PROT_READ|syscall.PROT_WRITE,
			syscall.MAP_PRIVATE|syscall.MAP_FIXED|syscall.MAP_NORESERVE, int(file.Fd()), x.offset)
		file.Close()
		if err != nil {
			return nil, err
		}
		f.add(&area{at: at, size: uintptr(x.size), file: x.file, offset: x.offset})
		at += uintptr(x.size)
	}
	return address(base), nil
}

// within lists the areas that make up a piece of memory, cut to it; nil where some
// of it is in none.
func (f *files) within(at, size uintptr) (parts []area) {
	i, exact := slices.BinarySearchFunc(f.areas, at, func(a *area, at uintptr) int { return cmp.Compare(a.at, at) })
	if !exact {
		i--
	}
	for ; size > 0; i++ {
		if i < 0 || i == len(f.areas) || at < f.areas[i].at || at >= f.areas[i].at+f.areas[i].size {
			return nil
		}
		a := f.areas[i]
		n := min(size, a.at+a.size-at)
		parts = append(parts, area{at: at, size: n, file: a.file, offset: a.offset + int64(at-a.at), of: a})
		at, size = at+n, size-n
	}
	return parts
}

// keep keeps a block: what has not changed where it is, the rest in the new file.
func (f *files) keep(at unsafe.Pointer, size uintptr) (extents []extent, err error) {
	parts := f.within(uintptr(at), size)
	large := size >= largeBlock
	for _, a := range parts {
		runs, err := f.changes(a)
		if err != nil {
			return nil, err
		}
		if len(runs) > 0 && (!large || a.offset%int64(page) != 0) {
			extents = nil
			break
		}
		from := a.at
		same := func(to uintptr) {
			if to > from {
				extents = f.extend(extents, extent{a.file, a.offset + int64(from-a.at), int64(to - from)})
			}
		}
		for _, r := range runs {
			same(r.from)
			x, err := f.write(address(r.from), r.to-r.from, true)
			if err != nil {
				return nil, err
			}
			extents = f.extend(extents, x)
			from = r.to
		}
		same(a.at + a.size)
	}
	if !wellPlaced(extents) {
		x, err := f.write(at, size, large)
		if err != nil {
			return nil, err
		}
		extents = []extent{x}
	}
	f.use(extents)
	return extents, nil
}

// wellPlaced tells whether a block can be mapped from where its parts are.
func wellPlaced(extents []extent) bool {
	if len(extents) == 1 {
		return extents[0].offset%64 == 0
	}
	for _, x := range extents {
		if x.offset%int64(page) != 0 {
			return false
		}
	}
	return len(extents) > 0 && len(extents) <= mostExtents
}

// extend adds a part, to the last one if that ends where it begins.
func (f *files) extend(all []extent, x extent) []extent {
	if n := len(all) - 1; n >= 0 && all[n].file == x.file && all[n].offset+all[n].size == x.offset {
		all[n].size += x.size
		return all
	}
	return append(all, x)
}

// run is pages in a row.
type run struct{ from, to uintptr }

// changes finds the pages of a part whose numbers are not those of its file.
// /proc/self/pagemap tells which may be: a page of a private mapping that has been
// written to is no longer the file's.
func (f *files) changes(a area) (runs []run, err error) {
	if f.stale[a.file] {
		return []run{{a.at, a.at + a.size}}, nil
	}
	pages := a.of.known()
	for i := a.at / page; i <= (a.at+a.size-1)/page; i++ {
		const present, swapped, ofFile = 1 << 63, 1 << 62, 1 << 61
		if at := (i - a.of.at/page) * 8; at < uintptr(len(pages)) {
			if e := binary.LittleEndian.Uint64(pages[at:]); e&swapped == 0 && (e&present == 0 || e&ofFile != 0) {
				continue
			}
		}
		original, err := f.original(a.file)
		if err != nil {
			return nil, err
		}
		from, to := max(i*page, a.at), min((i+1)*page, a.at+a.size)
		offset := a.offset + int64(from-a.at)
		if bytes.Equal(bytesAt(address(from), to-from), original[offset:offset+int64(to-from)]) {
			continue
		}
		if n := len(runs) - 1; n >= 0 && runs[n].to == from {
			runs[n].to = to
		} else {
			runs = append(runs, run{from, to})
		}
	}
	return runs, nil
}

// known is what the system tells of the pages of an area, empty where it does not.
func (a *area) known() []byte {
	if a.pages != nil {
		return a.pages
	}
	a.pages = []byte{}
	path, err := syscall.BytePtrFromString("/proc/self/pagemap")
	if err != nil {
		return nil
	}
	fd, _, e := syscall.RawSyscall6(syscall.SYS_OPENAT, atCurrent, uintptr(unsafe.Pointer(path)), syscall.O_RDONLY|syscall.O_CLOEXEC, 0, 0, 0)
	if e != 0 {
		return nil
	}
	defer syscall.RawSyscall(syscall.SYS_CLOSE, fd, 0, 0)
	first := a.at / page
	entries := make([]byte, ((a.at+a.size-1)/page-first+1)*8)
	for done := 0; done < len(entries); {
		n, _, e := syscall.RawSyscall6(syscall.SYS_PREAD64, fd, uintptr(unsafe.Pointer(&entries[done])), uintptr(len(entries)-done), first*8+uintptr(done), 0, 0)
		if e != 0 || n == 0 || n > uintptr(len(entries)-done) {
			return nil
		}
		done += int(n)
	}
	a.pages = entries
	return entries
}

const atCurrent = ^uintptr(99) // AT_FDCWD

// original is a file as it is on the disk.
func (f *files) original(name string) ([]byte, error) {
	if data := f.disk[name]; data != nil {
		return data, nil
	}
	fd, err := rawOpen(filepath.Join(f.folder, name), syscall.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0)
	size := f.whole[name].size
	at, err := mmap(0, size, syscall.PROT_READ, syscall.MAP_SHARED, fd, 0)
	if err != nil {
		return nil, err
	}
	f.disk[name] = bytesAt(address(at), size)
	return f.disk[name], nil
}

func rawOpen(path string, flags int) (int, error) {
	p, err := syscall.BytePtrFromString(path)
	if err != nil {
		return -1, err
	}
	fd, _, e := syscall.RawSyscall6(syscall.SYS_OPENAT, atCurrent, uintptr(unsafe.Pointer(p)), uintptr(flags|syscall.O_CLOEXEC), 0o600, 0, 0)
	if e != 0 {
		return -1, &os.PathError{Op: "open", Path: path, Err: e}
	}
	return int(fd), nil
}

// write puts a block at the end of the new file. Its system calls are raw: nothing
// else of the program runs meanwhile.
func (f *files) write(at unsafe.Pointer, size uintptr, aligned bool) (extent, error) {
	align := int64(64)
	if aligned {
		align = int64(page)
	}
	offset, err := f.place(size, align)
	if err != nil {
		return extent{}, err
	}
	if f.out < 0 {
		if f.out, err = rawOpen(filepath.Join(f.folder, f.next), syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL); err != nil {
			return extent{}, err
		}
	}
	for done := uintptr(0); done < size; {
		n, _, e := syscall.RawSyscall6(syscall.SYS_PWRITE64, uintptr(f.out), uintptr(unsafe.Add(at, done)), min(size-done, 1<<30), uintptr(offset)+done, 0, 0)
		switch {
		case e == syscall.EINTR:
			continue
		case e != 0:
			return extent{}, os.NewSyscallError("write", e)
		}
		done += n
	}
	f.grow(offset + int64(size))
	return extent{f.next, offset, int64(size)}, nil
}

// truncate empties the new file. Where the system cannot, what is in it stays until
// something is written over it.
func (f *files) truncate() { syscall.RawSyscall(syscall.SYS_FTRUNCATE, uintptr(f.out), 0, 0) }

func (f *files) close() {
	if f.out >= 0 {
		syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(f.out), 0, 0)
		f.out = -1
	}
}
