package datasets_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nnlab-go/lab/datasets"
	"github.com/nnlab-go/lab/datasets/fetch"
)

// mirror serves the repository's files and counts the requests.
func mirror(t *testing.T) (url string, requests *atomic.Int32) {
	requests = new(atomic.Int32)
	files := http.FileServer(http.Dir("mnist"))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/", requests
}

func opens(t *testing.T, s *datasets.Set) {
	t.Helper()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	if s.Len() != 10000 || s.Label(0) != 7 {
		t.Errorf("%d examples, the first a %d; want 10000 and a 7", s.Len(), s.Label(0))
	}
}

// In a notebook the kernel downloads what is nowhere: once, and what was damaged
// since again.
func TestKernelDownloads(t *testing.T) {
	url, requests := mirror(t)
	cache := t.TempDir()
	t.Setenv("NNLAB_CACHE", cache)
	t.Setenv("NNLAB_KERNEL", os.Args[0])
	t.Setenv("DATASETS_TEST_MIRROR", url)
	stderr := capture(t)
	opens(t, datasets.SetOf(datasets.Digits("")))
	opens(t, datasets.SetOf(datasets.Digits("")))
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests for 2 files", n)
	}
	images := filepath.Join(cache, "digits", "t10k-images-idx3-ubyte.gz")
	if err := os.WriteFile(images, []byte("damage"), 0o644); err != nil {
		t.Fatal(err)
	}
	opens(t, datasets.SetOf(datasets.Digits("")))
	if n := requests.Load(); n != 3 {
		t.Errorf("%d requests, want 3: one more for the damaged file", n)
	}
	if text := stderr(); !strings.Contains(text, "digits/t10k-images-idx3-ubyte.gz  100 %  1.6/1.6 MB") {
		t.Errorf("the kernel's progress is not passed on: %q", text)
	}
}

// capture replaces standard error by a file, whose content it returns.
func capture(t *testing.T) func() string {
	f, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = f
	t.Cleanup(func() { os.Stderr = stderr; f.Close() })
	return func() string {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// A program that imports fetch downloads by itself.
func TestProgramDownloads(t *testing.T) {
	url, requests := mirror(t)
	t.Setenv("NNLAB_CACHE", t.TempDir())
	datasets.SetDownloader(func(s *datasets.Source) error { return fetch.Fetch(context.Background(), s, io.Discard) })
	defer datasets.SetDownloader(nil)
	opens(t, datasets.SetOf(datasets.Digits(url)))
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests for 2 files", n)
	}
}

// A cell that is killed takes the download that it asked for with it.
func TestDownloadEndsWithCell(t *testing.T) {
	running, ended := make(chan bool, 1), make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := os.ReadFile("mnist/t10k-images-idx3-ubyte.gz")
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		for part := range slices.Chunk(data, len(data)/1000) { // 10 s for all
			w.Write(part)
			w.(http.Flusher).Flush()
			select {
			case running <- true:
			default:
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-r.Context().Done():
				ended <- true
				return
			}
		}
	}))
	defer server.Close()
	cell := exec.Command(os.Args[0])
	cell.Env = append(os.Environ(), "NNLAB_CACHE="+t.TempDir(), "NNLAB_KERNEL="+os.Args[0], "DATASETS_TEST_MIRROR="+server.URL+"/", "DATASETS_TEST_DIGITS=1")
	if err := cell.Start(); err != nil {
		t.Fatal(err)
	}
	<-running
	cell.Process.Kill()
	cell.Wait()
	select {
	case <-ended:
	case <-time.After(8 * time.Second):
		t.Error("the download goes on")
	}
}

// Where nothing works the error names each place, and what to do.
func TestNothingWorks(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("NNLAB_CACHE", cache)
	url, _ := mirror(t)
	t.Setenv("DATASETS_TEST_MIRROR", url+"nothing-here/")
	for _, c := range []struct{ kernel, word string }{
		{"", "download of digits: expects NNLAB_KERNEL"},
		{filepath.Join(cache, "no-such-program"), "no such file"},
		{os.Args[0], "[fetch digits]: exit status 1"},
	} {
		t.Setenv("NNLAB_KERNEL", c.kernel)
		stderr := capture(t)
		err := datasets.SetOf(datasets.Digits("")).Open()
		var e *datasets.Error
		if !errors.As(err, &e) {
			t.Fatalf("got %v, want an *Error", err)
		}
		for _, w := range []string{"digits: expects t10k-images", "\n\tNNLAB_DATA is not set\n", "\n\tthe lab's repository, ",
			"\n\tthe user's cache, " + cache, "\n\t", c.word, "kernel fetch digits"} {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q is not in: %v", w, err)
			}
		}
		if text := stderr(); c.kernel == os.Args[0] && !strings.Contains(text, "404 Not Found") {
			t.Errorf("the kernel's reason is not passed on: %q", text)
		}
	}
}
