package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/nnlab-go/lab/datasets"
)

// complete asks for the bytes of f that part lacks and appends them. It returns
// how many bytes it found there that it could build on, and how many there are.
func (c *client) complete(ctx context.Context, url string, f *datasets.File, part *os.File, p *progress) (had, has int64, err error) {
	had, err = part.Seek(0, io.SeekEnd)
	if err == nil && had > f.Size {
		had, err = 0, restart(part)
	}
	if err != nil || had == f.Size {
		return had, had, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(c.stall, func() { cancel(fmt.Errorf("no data for %v", c.stall)) })
	defer watch.Stop()

	resp, err := c.request(ctx, url, had)
	if err != nil {
		return had, had, cause(ctx, err)
	}
	defer resp.Body.Close()
	if had, err = begin(resp, had, f, part); err != nil {
		return had, had, err
	}
	p.begin(had)
	n, err := io.Copy(part, io.LimitReader(&watched{resp.Body, watch, c.stall, p}, f.Size-had+1))
	has = had + n
	switch {
	case err != nil:
		err = cause(ctx, err)
	case has < f.Size:
		err = fmt.Errorf("cut off after %d of %d bytes", has, f.Size)
	case has > f.Size:
		err = permanent{errors.Join(fmt.Errorf("expects %d bytes, got more", f.Size), restart(part))}
	}
	return had, has, err
}

func (c *client) request(ctx context.Context, url string, from int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, permanent{err}
	}
	// The file as it is: the client would unpack what a server calls "gzip".
	req.Header.Set("Accept-Encoding", "identity")
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	return c.http.Do(req)
}

// begin judges an answer and puts part where the answer's body begins.
func begin(resp *http.Response, had int64, f *datasets.File, part *os.File) (int64, error) {
	switch code := resp.StatusCode; {
	case code == http.StatusOK && resp.ContentLength >= 0 && resp.ContentLength != f.Size:
		// A page of a network's login, say. What part has may still be good.
		return had, permanent{fmt.Errorf("expects %d bytes, got an answer of %d", f.Size, resp.ContentLength)}
	case code == http.StatusOK: // of the whole, whatever was asked for
		return 0, restart(part)
	case code == http.StatusPartialContent && had > 0:
		want := fmt.Sprintf("bytes %d-%d/%d", had, f.Size-1, f.Size)
		if got := resp.Header.Get("Content-Range"); got != want {
			return had, errors.Join(fmt.Errorf("expects the range %q, got %q", want, got), restart(part))
		}
		return had, nil
	case code == http.StatusRequestedRangeNotSatisfiable:
		return had, errors.Join(errors.New(resp.Status), restart(part))
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooManyRequests:
		return had, errors.New(resp.Status)
	default:
		return had, permanent{errors.New(resp.Status)}
	}
}

// restart empties part.
func restart(part *os.File) error {
	if err := part.Truncate(0); err != nil {
		return err
	}
	_, err := part.Seek(0, io.SeekStart)
	return err
}

// cause is why ctx was cancelled, if it was, else err.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil {
		return c
	}
	return err
}

// watched reads a body, winds up the watch and reports progress.
type watched struct {
	body  io.Reader
	watch *time.Timer
	stall time.Duration
	p     *progress
}

func (r *watched) Read(b []byte) (int, error) {
	n, err := r.body.Read(b)
	r.watch.Reset(r.stall)
	r.p.add(int64(n))
	return n, err
}
