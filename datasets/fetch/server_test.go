package fetch

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// published is a file of 100 000 bytes that do not compress.
var published = func() []byte {
	b := make([]byte, 100_000)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(b); i++ {
		b[i] = byte(r.Uint32())
	}
	return b
}()

// server answers each request by the next of its answers, the last one for ever,
// and notes the ranges that were asked for.
type server struct {
	mu      sync.Mutex
	answers []http.HandlerFunc
	ranges  []string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	s.mu.Unlock()
	answer(w, r)
}

// asked is the ranges that were asked for.
func (s *server) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ranges)
}

func serve(t *testing.T, answers ...http.HandlerFunc) (*server, string) {
	s := &server{answers: answers}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, h.URL + "/"
}

func whole(data []byte) http.HandlerFunc { // with ranges
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

func withoutRange(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.Write(data) }
}

// cutAfter sends n bytes of what it should and then breaks the connection.
func cutAfter(n int, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		whole(data)(&cutter{w, n}, r)
	}
}

type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(b []byte) (int, error) {
	n := min(len(b), c.left)
	c.left -= n
	c.ResponseWriter.Write(b[:n])
	if c.left == 0 {
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, nil
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", code) }
}

// stalls sends half and then nothing.
func stalls(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(published)))
	w.Write(published[:len(published)/2])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// slow takes longer than patience, but never stops for nearly that long, not even on a
// machine with much else to do.
func slow(patience time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for part := range slices.Chunk(published, len(published)/12) {
			w.Write(part)
			w.(http.Flusher).Flush()
			time.Sleep(patience / 10)
		}
	}
}
