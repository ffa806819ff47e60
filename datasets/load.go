package datasets

import (
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// part is one half of a published data set: its training or its test examples.
type part struct {
	source  *Source
	name    string       // "train"
	files   []string     // of source, in the order in which decode takes them
	shape   tensor.Shape // of one example
	classes int
	names   []string // of the classes, nil for their numbers
	decode  func(p *part, files []content) (pixels, labels []byte, err error)

	once sync.Once
	view view
	err  error
}

// set returns the part as a new set. All sets of a part share its examples.
func (p *part) set() *Set { return &Set{prepare: p.open} }

// open loads the part at the first call. It stays loaded while the program runs.
func (p *part) open() (view, error) {
	p.once.Do(func() {
		var e *images
		if e, p.err = p.load(); p.err == nil {
			p.view = view{from: e, rows: allRows(len(e.labels)), shape: p.shape, classes: p.classes, names: p.names, targets: 1}
		}
	})
	return p.view, p.err
}

// decoded is what is in the files of a part.
type decoded struct {
	pixels, labels []byte
	sources        uint32 // CRC-32 of the files, one after the other
}

// load takes the examples from a decoded copy: one beside the published files, which
// all users of a machine share, or the user's. Else it decodes the files and leaves the
// user a copy for the next time.
func (p *part) load() (*images, error) {
	files := p.source.pick(p.files)
	dir, missing := p.source.find(files)
	path, key := p.cachePath(), cacheKey(files)
	// Files that are there must be the ones that the copy was made of: a copy must
	// not hide that they have been damaged or replaced.
	summed := make(chan uint32, 1)
	go func() { summed <- checksum(dir, files) }()
	sources := sync.OnceValue(func() uint32 { return <-summed })
	copies := []string{path}
	if dir != "" {
		copies = []string{p.copyIn(dir), path}
	}
	for _, copied := range copies {
		c, err := openCache(copied, key)
		if err != nil {
			continue
		}
		if dir == "" || c.sources == sources() {
			return newImages(p.shape.Size(), c.pixels, c.labels), nil
		}
		c.close()
	}
	d, err := p.decodeOrDownload(dir, files, missing)
	if err != nil {
		return nil, err
	}
	// Where no copy can be written the next program decodes again; this one has
	// what it needs.
	_ = writeCache(path, key, d)
	return newImages(p.shape.Size(), d.pixels, d.labels), nil
}

// decodeOrDownload decodes the files in dir. Files that are nowhere (dir is "")
// are downloaded first; so are those that were downloaded once and then damaged.
func (p *part) decodeOrDownload(dir string, files []*File, missing []error) (d decoded, err error) {
	cache, _ := p.source.CacheDir()
	if dir != "" {
		if d, err = p.decodeFiles(dir, files); err == nil || dir != cache {
			return d, err
		}
	}
	switch failed := p.source.download(); {
	case failed == nil:
		return p.decodeFiles(cache, files)
	case dir == "":
		return d, p.source.lost(files, append(missing, failed))
	default:
		return d, &Error{Where: p.source.Name, Err: errors.Join(err, failed)}
	}
}

// decodeFiles reads, decodes and verifies the files in dir. A decoder's error
// comes first: it says more than that the SHA-256 is another one.
func (p *part) decodeFiles(dir string, files []*File) (d decoded, err error) {
	all, err := read(dir, files)
	if err != nil {
		return d, err
	}
	if d.pixels, d.labels, err = p.decode(p, all); err != nil {
		return d, err
	}
	for _, c := range all {
		d.sources = crc32.Update(d.sources, crc32.IEEETable, c.data)
	}
	return d, verify(files, all)
}

// checksum is the CRC-32 of the files in dir, one after the other. Where it
// cannot be computed it is 0, which fits no copy except by accident.
func checksum(dir string, files []*File) uint32 {
	h := crc32.NewIEEE()
	for _, f := range files {
		r, err := os.Open(filepath.Join(dir, f.Name))
		if err != nil {
			return 0
		}
		_, err = io.Copy(h, r)
		r.Close()
		if err != nil {
			return 0
		}
	}
	return h.Sum32()
}
