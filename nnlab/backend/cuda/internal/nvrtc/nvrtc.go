//go:build cuda

package nvrtc

/*
#include <stddef.h>
#include <stdlib.h>

// The functions of nvrtc.h that are used. A program is a pointer, nvrtcResult is an int.
typedef int (*version_fn)(int *major, int *minor);
typedef int (*count_fn)(int *n);
typedef int (*create_fn)(void **program, const char *source, const char *name, int n, const char *const *headers, const char *const *names);
typedef int (*compile_fn)(void *program, int n, const char *const *options);
typedef int (*size_fn)(void *program, size_t *n);
typedef int (*text_fn)(void *program, char *text);
typedef int (*destroy_fn)(void **program);
typedef const char *(*result_fn)(int result);

static int nnlab_version(void *f, int *major, int *minor) { return ((version_fn)f)(major, minor); }
static int nnlab_count(void *f, int *n) { return ((count_fn)f)(n); }
static int nnlab_create(void *f, void **program, const char *source, const char *name) { return ((create_fn)f)(program, source, name, 0, 0, 0); }
static int nnlab_compile(void *f, void *program, const char *option) { return ((compile_fn)f)(program, 1, &option); }
static int nnlab_size(void *f, void *program, size_t *n) { return ((size_fn)f)(program, n); }
static int nnlab_text(void *f, void *program, char *text) { return ((text_fn)f)(program, text); }
static int nnlab_destroy(void *f, void **program) { return ((destroy_fn)f)(program); }
static const char *nnlab_result(void *f, int result) { return ((result_fn)f)(result); }
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/nnlab-go/lab/nnlab/backend/cuda/internal/library"
)

// Library is NVRTC.
type Library struct {
	create, compile, destroy, result   unsafe.Pointer
	logSize, logText, ptxSize, ptxText unsafe.Pointer

	Version       string // "12.9"
	architectures []int  // that it compiles for, 80 for sm_80, from the oldest on
}

// Open opens the library: that of a path, or of "" the first one that is found, of CUDA 13, 12 or
// 11.
func Open(path string) (*Library, error) {
	tried := []string{path}
	if path == "" {
		tried = library.Places("libnvrtc", "13", "12", "11.2")
	}
	opened, err := library.Open(tried...)
	if err != nil {
		return nil, err
	}
	l := &Library{create: opened.Function("nvrtcCreateProgram"), compile: opened.Function("nvrtcCompileProgram"), destroy: opened.Function("nvrtcDestroyProgram"),
		result: opened.Function("nvrtcGetErrorString"), logSize: opened.Function("nvrtcGetProgramLogSize"), logText: opened.Function("nvrtcGetProgramLog"),
		ptxSize: opened.Function("nvrtcGetPTXSize"), ptxText: opened.Function("nvrtcGetPTX")}
	version, count, architectures := opened.Function("nvrtcVersion"), opened.Function("nvrtcGetNumSupportedArchs"), opened.Function("nvrtcGetSupportedArchs")
	if err := opened.Missing("NVRTC of CUDA 11.2 or newer"); err != nil {
		return nil, err
	}
	var major, minor, n C.int
	if err := l.failure("nvrtcVersion", C.nnlab_version(version, &major, &minor)); err != nil {
		return nil, err
	}
	l.Version = fmt.Sprintf("%d.%d", int(major), int(minor))
	if err := l.failure("nvrtcGetNumSupportedArchs", C.nnlab_count(count, &n)); err != nil {
		return nil, err
	}
	known := make([]C.int, int(n)+1) // one more, so that there is a first
	if err := l.failure("nvrtcGetSupportedArchs", C.nnlab_count(architectures, &known[0])); err != nil {
		return nil, err
	}
	for _, a := range known[:n] {
		l.architectures = append(l.architectures, int(a))
	}
	return l, nil
}

// newest is the newest architecture that the library compiles for and a card understands; 0 for
// none.
func (l *Library) newest(card int) (newest int) {
	for _, a := range l.architectures {
		if a <= card {
			newest = max(newest, a)
		}
	}
	return newest
}

// SourceError is what the compiler says of a source.
type SourceError string

func (e SourceError) Error() string { return string(e) }

// Compile makes PTX of CUDA C++, for a card of an architecture, 80 for sm_80. What is wrong with
// the source is a [SourceError].
func (l *Library) Compile(source string, card int) (ptx string, err error) {
	architecture := l.newest(card)
	if architecture == 0 {
		return "", fmt.Errorf("NVRTC %s compiles for no card as old as of compute capability %d.%d", l.Version, card/10, card%10)
	}
	text, name, option := C.CString(source), C.CString("kernel.cu"), C.CString(fmt.Sprintf("--gpu-architecture=compute_%d", architecture))
	for _, s := range []*C.char{text, name, option} {
		defer C.free(unsafe.Pointer(s))
	}
	var program unsafe.Pointer
	if err := l.failure("nvrtcCreateProgram", C.nnlab_create(l.create, &program, text, name)); err != nil {
		return "", err
	}
	defer C.nnlab_destroy(l.destroy, &program)
	if result := C.nnlab_compile(l.compile, program, option); result != 0 {
		said, err := l.text(program, l.logSize, l.logText)
		if said = strings.TrimSpace(said); err != nil || said == "" {
			return "", l.failure("nvrtcCompileProgram", result)
		}
		return "", SourceError(said)
	}
	return l.text(program, l.ptxSize, l.ptxText)
}

// text is one that a program has.
func (l *Library) text(program, size, text unsafe.Pointer) (string, error) {
	var n C.size_t
	if err := l.failure("asking NVRTC for a size", C.nnlab_size(size, program, &n)); err != nil || n == 0 {
		return "", err
	}
	room := (*C.char)(C.malloc(n))
	defer C.free(unsafe.Pointer(room))
	if err := l.failure("asking NVRTC for a text", C.nnlab_text(text, program, room)); err != nil {
		return "", err
	}
	return C.GoStringN(room, C.int(n-1)), nil // which ends with a zero
}

// failure is what an nvrtcResult means: nil for success.
func (l *Library) failure(what string, result C.int) error {
	if result == 0 {
		return nil
	}
	return fmt.Errorf("%s: %s", what, C.GoString(C.nnlab_result(l.result, result)))
}
