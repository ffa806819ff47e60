package datasets

import (
	"fmt"
	"io"
	"os"
)

var downloader func(*Source) error

// SetDownloader makes f download the files of a source to [Source.CacheDir] when
// they are nowhere on the machine. A program that is no notebook gets one by
//
//	import _ "github.com/nnlab-go/lab/datasets/fetch"
//
// A notebook's cell needs none: it asks the kernel. Each cell is linked before it
// runs, and with an HTTP client in it that takes 170 ms more.
func SetDownloader(f func(*Source) error) { downloader = f }

// download brings the files of s to the user's cache.
func (s *Source) download() error {
	if downloader != nil {
		return downloader(s)
	}
	kernel := os.Getenv("NNLAB_KERNEL")
	if kernel == "" {
		return &Error{Where: "download of " + s.Name, Expected: "NNLAB_KERNEL to name the program nnlab-kernel, as it does in a notebook",
			Got: "nothing", Mend: "import _ \"" + modulePath + "/datasets/fetch\" in a program that is to download by itself"}
	}
	return run(kernel, "fetch", s.Name)
}

// run runs a program and passes on what it prints. Its output is a pipe through
// this process, so that it does not outlive it: writing to a pipe that nobody
// reads ends a program. (os/exec does the same and more; it would be linked into
// every cell.)
func run(program string, args ...string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return &Error{Where: program, Err: err}
	}
	defer r.Close()
	p, err := os.StartProcess(program, append([]string{program}, args...), &os.ProcAttr{Files: []*os.File{nil, w, w}})
	w.Close()
	if err != nil {
		return &Error{Where: program, Err: err, Mend: "set NNLAB_KERNEL to the program nnlab-kernel"}
	}
	io.Copy(os.Stderr, r)
	state, err := p.Wait()
	if err == nil && !state.Success() {
		err = fmt.Errorf("%v, with the output above", state)
	}
	if err != nil {
		return &Error{Where: fmt.Sprintf("%s %v", program, args), Err: err}
	}
	return nil
}
