package fetch

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/nnlab-go/lab/datasets"
)

// client downloads files.
type client struct {
	http  *http.Client
	tries int           // at one mirror, one after the other without a byte
	pause time.Duration // between two tries
	stall time.Duration // without a byte, after which a connection counts as cut
}

var standard = &client{http: http.DefaultClient, tries: 3, pause: time.Second, stall: 30 * time.Second}

// permanent is an error that trying the same mirror again does not mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// file downloads f to path from the first mirror that has it.
func (c *client) file(ctx context.Context, mirrors []string, f *datasets.File, path string, p *progress) error {
	var failed []error
	for _, m := range mirrors {
		err := c.mirror(ctx, m+f.Name, f, path, p)
		if err == nil {
			return nil
		}
		failed = append(failed, err)
		if ctx.Err() != nil {
			break
		}
	}
	return &datasets.Error{Where: "download of " + f.Name, Err: errors.Join(failed...),
		Mend: "try again, it goes on where it stopped; or put the file at " + path}
}

// mirror downloads f to path from one URL, as long as trying helps.
func (c *client) mirror(ctx context.Context, url string, f *datasets.File, path string, p *progress) error {
	most := int64(0)
	for try := 1; ; try++ {
		has, err := c.once(ctx, url, f, path, p)
		if err == nil {
			return nil
		}
		if has > most {
			most, try = has, 0
		}
		if errors.As(err, &permanent{}) || try == c.tries || ctx.Err() != nil {
			return &datasets.Error{Where: url, Err: err}
		}
		select {
		case <-time.After(c.pause):
		case <-ctx.Done():
		}
	}
}

// once makes one request for what path.part lacks, and puts the file in its
// place when it is complete and right. It returns how many bytes path.part has.
func (c *client) once(ctx context.Context, url string, f *datasets.File, path string, p *progress) (has int64, err error) {
	part, err := openPart(path + ".part")
	if err != nil {
		return 0, permanent{err}
	}
	defer part.Close()
	had, has, err := c.complete(ctx, url, f, part, p)
	if err != nil {
		return has, err
	}
	if err := f.Verify(part.Name()); err != nil {
		os.Remove(part.Name())
		if had > 0 {
			return 0, err // the beginning may have been another file's
		}
		return 0, permanent{err}
	}
	if err := errors.Join(part.Sync(), os.Rename(part.Name(), path)); err != nil {
		return has, permanent{err}
	}
	p.finish()
	return has, nil
}

// openPart opens what an earlier download has left, or a new file. Anything else of that
// name is removed: what arrives is never written through a link.
func openPart(path string) (*os.File, error) {
	before, err := os.Lstat(path)
	if err == nil && before.Mode().IsRegular() {
		part, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		if is, err := part.Stat(); err == nil && os.SameFile(before, is) {
			return part, nil
		}
		part.Close() // another has come in between
	}
	if err == nil {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
}
