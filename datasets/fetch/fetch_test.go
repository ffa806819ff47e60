package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nnlab-go/lab/datasets"
)

// impatient is the standard client for tests: it tries again at once. A server that is
// slow because the machine has much else to do does not make it give up; hasty gives up
// on one that says nothing for ever.
var (
	impatient = &client{http: http.DefaultClient, tries: 3, pause: time.Millisecond, stall: 20 * time.Second}
	hasty     = &client{http: http.DefaultClient, tries: 3, pause: time.Millisecond, stall: time.Second}
)

// source is the published file at some mirrors. The user's cache is a new folder.
func source(t *testing.T, mirrors ...string) (s *datasets.Source, path string) {
	t.Helper()
	cache := t.TempDir()
	t.Setenv("NNLAB_CACHE", cache)
	return &datasets.Source{Name: "set", Mirrors: mirrors, Files: []datasets.File{
			{Name: "data.gz", Size: int64(len(published)), SHA256: fmt.Sprintf("%x", sha256.Sum256(published))}}},
		filepath.Join(cache, "set", "data.gz")
}

func arrived(t *testing.T, path string, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, published) {
		t.Errorf("%d bytes, %v; want the published %d", len(got), err, len(published))
	}
	if _, err := os.Stat(path + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the partial file is still there: %v", err)
	}
}

func TestFetch(t *testing.T) {
	const half = 50_000
	other := slices.Clone(published)
	other[half+1]++
	for _, c := range []struct {
		name    string
		part    []byte // from an earlier download
		answers []http.HandlerFunc
		ranges  []string
	}{
		{"in one go", nil, []http.HandlerFunc{whole(published)}, []string{""}},
		{"cut twice", nil, []http.HandlerFunc{cutAfter(half, published), cutAfter(10, published), whole(published)},
			[]string{"", "bytes=50000-", "bytes=50010-"}},
		{"cut more often than tries, with progress", nil, []http.HandlerFunc{cutAfter(5, published), cutAfter(5, published),
			cutAfter(5, published), cutAfter(5, published), whole(published)}, []string{"", "bytes=5-", "bytes=10-", "bytes=15-", "bytes=20-"}},
		{"begun earlier", published[:half], []http.HandlerFunc{whole(published)}, []string{"bytes=50000-"}},
		{"complete earlier", published, []http.HandlerFunc{status(500)}, nil},
		{"too long earlier", append(slices.Clone(published), 1), []http.HandlerFunc{whole(published)}, []string{""}},
		{"server without ranges", published[:half], []http.HandlerFunc{withoutRange(published)}, []string{"bytes=50000-"}},
		{"cut, then server without ranges", nil, []http.HandlerFunc{cutAfter(half, published), withoutRange(published)}, []string{"", "bytes=50000-"}},
		{"begun with something else", other[:half+2], []http.HandlerFunc{whole(published)}, []string{"bytes=50002-", ""}},
		{"range refused", published[:half], []http.HandlerFunc{status(416), whole(published)}, []string{"bytes=50000-", ""}},
		{"range of another file", published[:half], []http.HandlerFunc{whole(published[:half+9]), whole(published)}, []string{"bytes=50000-", ""}},
		{"server busy", nil, []http.HandlerFunc{status(503), status(429), whole(published)}, []string{"", "", ""}},
		{"server that names the file's compression", nil, []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip") // the client must not unpack it
			whole(published)(w, r)
		}}, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, url := serve(t, c.answers...)
			s, path := source(t, url)
			if c.part != nil {
				os.MkdirAll(filepath.Dir(path), 0o755)
				if err := os.WriteFile(path+".part", c.part, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			arrived(t, path, impatient.fetch(t.Context(), s, io.Discard))
			if got := server.asked(); !slices.Equal(got, c.ranges) {
				t.Errorf("asked for %q, want %q", got, c.ranges)
			}
		})
	}
}

func TestFetchStalls(t *testing.T) {
	server, url := serve(t, stalls, whole(published))
	s, path := source(t, url)
	arrived(t, path, hasty.fetch(t.Context(), s, io.Discard))
	if got := server.asked(); !slices.Equal(got, []string{"", "bytes=50000-"}) {
		t.Errorf("asked for %q, want the rest behind the half", got)
	}
}

func TestFetchSlow(t *testing.T) {
	patient := *impatient
	patient.stall = 3 * time.Second
	server, url := serve(t, slow(patient.stall))
	s, path := source(t, url)
	arrived(t, path, patient.fetch(t.Context(), s, io.Discard))
	if got := server.asked(); !slices.Equal(got, []string{""}) {
		t.Errorf("asked for %q, want the whole once", got)
	}
}

func TestFetchRefuses(t *testing.T) {
	other := slices.Clone(published)
	other[3]++
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		tries  int
		words  []string
	}{
		{"not there", status(404), 1, []string{"404 Not Found"}},
		{"broken", status(500), 3, []string{"500 Internal Server Error"}},
		{"another file", whole(other), 1, []string{fmt.Sprintf("%x", sha256.Sum256(published)), fmt.Sprintf("%x", sha256.Sum256(other))}},
		{"a page of the network's login", withoutRange([]byte("<html>")), 1, []string{"expects 100000 bytes, got an answer of 6"}},
		{"without an end", func(w http.ResponseWriter, r *http.Request) {
			for range 3 {
				w.Write(published)
				w.(http.Flusher).Flush() // makes it an answer of unknown length
			}
		}, 1, []string{"expects 100000 bytes, got more"}},
		{"always too short", withoutRange(published[1:]), 4, []string{"cut off after 99999 of 100000 bytes"}},
		{"silent", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 3, []string{"no data for 1s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, url := serve(t, c.answer)
			s, path := source(t, url)
			client := impatient
			if c.name == "silent" {
				client = hasty
			}
			err := client.fetch(t.Context(), s, io.Discard)
			var e *datasets.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an error", err)
			}
			for _, w := range append(c.words, "download of data.gz", url+"data.gz", "put the file at "+path) {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in: %v", w, err)
				}
			}
			if n := len(server.asked()); n != c.tries {
				t.Errorf("%d tries, want %d", n, c.tries)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("there is a file: %v", err)
			}
		})
	}
}

func TestMirrors(t *testing.T) {
	_, without := serve(t, status(404))
	_, cut := serve(t, cutAfter(40_000, published), status(404))
	good, url := serve(t, whole(published))
	s, path := source(t, without, cut, url)
	arrived(t, path, impatient.fetch(t.Context(), s, io.Discard))
	if got := good.asked(); !slices.Equal(got, []string{"bytes=40000-"}) {
		t.Errorf("asked the last mirror for %q; it should go on where the second stopped", got)
	}
}

func TestNoDownloadWithoutNeed(t *testing.T) {
	server, url := serve(t, whole(published))
	s, path := source(t, url)
	for range 2 {
		arrived(t, path, impatient.fetch(t.Context(), s, io.Discard))
	}
	if n := len(server.asked()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
	if err := os.WriteFile(path, published[:9], 0o644); err != nil {
		t.Fatal(err)
	}
	arrived(t, path, impatient.fetch(t.Context(), s, io.Discard))
	if n := len(server.asked()); n != 2 {
		t.Errorf("%d requests, want 2: the file was damaged", n)
	}
}

// Several downloads of one file at once make one request.
func TestTogether(t *testing.T) {
	server, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		whole(published)(w, r)
	})
	s, path := source(t, url)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := impatient.fetch(t.Context(), s, io.Discard); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	arrived(t, path, nil)
	if n := len(server.asked()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// An interrupt keeps what has arrived.
func TestInterrupted(t *testing.T) {
	half := make(chan bool)
	_, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(published)))
		w.Write(published[:50_000])
		w.(http.Flusher).Flush()
		close(half)
		<-r.Context().Done()
	}, whole(published))
	s, path := source(t, url)
	patient := &client{http: http.DefaultClient, tries: 3, pause: time.Hour, stall: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-half
		for {
			if info, err := os.Stat(path + ".part"); err == nil && info.Size() == 50_000 {
				cancel()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if err := patient.fetch(ctx, s, io.Discard); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if info, err := os.Stat(path + ".part"); err != nil || info.Size() != 50_000 {
		t.Errorf("what had arrived is lost: %v, %v", info, err)
	}
	arrived(t, path, patient.fetch(t.Context(), s, io.Discard))
}

// What arrives goes to a file of the cache, not to one that a link there points to, and
// what that has is not taken for the beginning.
func TestNothingIsWrittenThroughALink(t *testing.T) {
	server, url := serve(t, whole(published))
	s, path := source(t, url)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(victim, []byte("mine"), 0o600), os.Symlink(victim, path+".part"),
		os.Symlink(victim+".made", filepath.Join(filepath.Dir(path), ".lock"))); err != nil {
		t.Fatal(err)
	}
	arrived(t, path, impatient.fetch(t.Context(), s, io.Discard))
	if got, err := os.ReadFile(victim); err != nil || string(got) != "mine" {
		t.Errorf("the other file has %d bytes, %v", len(got), err)
	}
	if _, err := os.Lstat(victim + ".made"); err == nil {
		t.Error("the lock has made a file in another place")
	}
	if got := server.asked(); !slices.Equal(got, []string{""}) {
		t.Errorf("asked for %q", got)
	}
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the data set is %v, %v", info, err)
	}
}

func TestUnwritableCache(t *testing.T) {
	s, path := source(t)
	if err := os.WriteFile(filepath.Dir(path), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := impatient.fetch(t.Context(), s, io.Discard); err == nil || !strings.Contains(err.Error(), "NNLAB_CACHE") {
		t.Errorf("got %v", err)
	}
}

// In a log there is a line for each tenth at most, and one at the end.
func TestProgressInLog(t *testing.T) {
	_, url := serve(t, cutAfter(55_000, published), whole(published))
	s, path := source(t, url)
	var log bytes.Buffer
	arrived(t, path, impatient.fetch(t.Context(), s, &log))
	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	if n := len(lines); n < 2 || n > 10 {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
	last := -1
	for _, l := range lines {
		var percent int
		var done, size float64
		if _, err := fmt.Sscanf(l, "set/data.gz %d %% %f/%f MB", &percent, &done, &size); err != nil || percent <= last {
			t.Errorf("line %q after %d %%: %v", l, last, err)
		}
		last = percent
	}
	if last != 100 {
		t.Errorf("ends at %d %%", last)
	}
}
