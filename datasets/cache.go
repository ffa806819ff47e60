package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/nnlab-go/lab/internal/mapped"
	"github.com/nnlab-go/lab/internal/whole"
)

// The decoded copy of a part is one file: a cacheHeader, the labels, the pixels.
// Integers have their least significant byte first.

// cacheVersion is that of the format. It stands in the file's name, too, so that
// two versions of the lab can share a cache.
const cacheVersion = 1

var cacheMagic = [4]byte{'n', 'n', 'd', 's'}

// cacheHeader says what a decoded copy holds. CRC-32 finds damage; nothing here
// guards against a forger, who could write to the user's files anyway.
type cacheHeader struct {
	Magic   [4]byte
	Version uint32
	Key     [sha256.Size]byte // of what, see cacheKey
	Labels  uint64            // bytes
	Pixels  uint64            // bytes
	Sources uint32            // CRC-32 of the published files it was made of
	Payload [8]uint32         // CRC-32 of each eighth of labels and pixels
	Header  uint32            // CRC-32 of the fields above
}

// cachePath is the file for the user's decoded copy of p, or "" where there is no place
// for it.
func (p *part) cachePath() string {
	dir, err := p.source.CacheDir()
	if err != nil {
		return ""
	}
	return p.copyIn(dir)
}

// copyIn is the file for the decoded copy of p in a folder.
func (p *part) copyIn(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("%s.v%d.cache", p.name, cacheVersion))
}

// cacheKey identifies what a decoded copy is made of: the SHA-256 of the
// published files' SHA-256 sums.
func cacheKey(files []*File) [sha256.Size]byte {
	var sums string
	for _, f := range files {
		sums += f.SHA256
	}
	return sha256.Sum256([]byte(sums))
}

// cached is a decoded copy, mapped into memory.
type cached struct {
	decoded
	file []byte
}

func (c *cached) close() { mapped.Close(c.file) }

// openCache maps the decoded copy of what key identifies and checks all of it.
func openCache(path string, key [sha256.Size]byte) (*cached, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	c := &cached{}
	if c.file, err = mapped.File(f, info.Size()); err != nil {
		return nil, err
	}
	if !c.check(key) {
		c.close()
		return nil, fmt.Errorf("%s is no intact copy of the published files", path)
	}
	return c, nil
}

func (c *cached) check(key [sha256.Size]byte) bool {
	var h cacheHeader
	n, err := binary.Decode(c.file, binary.LittleEndian, &h)
	if err != nil {
		return false
	}
	payload := c.file[n:]
	size := uint64(len(payload))
	if h.Magic != cacheMagic || h.Version != cacheVersion || h.Header != h.checksum() || h.Key != key || h.Labels > size || h.Pixels != size-h.Labels {
		return false
	}
	c.labels, c.pixels, c.sources = payload[:h.Labels], payload[h.Labels:], h.Sources
	return eighths(payload) == h.Payload
}

// eighths is the CRC-32 of each eighth of b, on all cores: a cell waits for it.
func eighths(b []byte) (sums [8]uint32) {
	var wg sync.WaitGroup
	for i := range sums {
		wg.Go(func() { sums[i] = crc32.ChecksumIEEE(b[i*len(b)/8 : (i+1)*len(b)/8]) })
	}
	wg.Wait()
	return sums
}

// encode is the header as it stands in the file.
func (h *cacheHeader) encode() []byte {
	b, err := binary.Append(nil, binary.LittleEndian, h)
	if err != nil {
		panic(err) // the fields have fixed sizes
	}
	return b
}

// checksum is what the field Header should be.
func (h *cacheHeader) checksum() uint32 {
	b := h.encode()
	return crc32.ChecksumIEEE(b[:len(b)-4])
}

// writeCache writes a decoded copy, so that other programs see all of it or
// nothing.
func writeCache(path string, key [sha256.Size]byte, d decoded) error {
	if path == "" {
		return os.ErrNotExist
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	payload := slices.Concat(d.labels, d.pixels)
	h := cacheHeader{Magic: cacheMagic, Version: cacheVersion, Key: key, Labels: uint64(len(d.labels)), Pixels: uint64(len(d.pixels)),
		Sources: d.sources, Payload: eighths(payload)}
	h.Header = h.checksum()
	return whole.Write(path, 0o644, func(w io.Writer) error {
		_, err := w.Write(h.encode())
		if err == nil {
			_, err = w.Write(payload)
		}
		return err
	})
}
