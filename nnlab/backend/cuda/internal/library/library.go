//go:build cuda

// Package library opens libraries of NVIDIA's that no program is linked with: where one is
// missing, only what asks for it is.
package library

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

// Library is one that is open, and stays so.
type Library struct {
	name    string
	at      unsafe.Pointer
	missing string // the first function that it lacks
}

// Places are where a library is looked for that nobody has named: where the loader finds it,
// and in the folders of a CUDA SDK. A version goes before those behind it.
func Places(name string, versions ...string) (all []string) {
	folders := []string{""}
	for _, sdk := range []string{os.Getenv("CUDA_HOME"), os.Getenv("CUDA_PATH"), "/usr/local/cuda"} {
		if sdk != "" {
			folders = append(folders, sdk+"/lib64/")
		}
	}
	for _, folder := range folders {
		for _, version := range versions {
			all = append(all, folder+name+".so."+version)
		}
	}
	return all
}

// Open opens the first of some paths, or names, that is a library.
func Open(paths ...string) (*Library, error) {
	var failed []string
	for _, path := range paths {
		c := C.CString(path)
		at := C.dlopen(c, C.RTLD_NOW|C.RTLD_LOCAL)
		C.free(unsafe.Pointer(c))
		if at != nil {
			return &Library{name: path, at: at}, nil
		}
		failed = append(failed, C.GoString(C.dlerror()))
	}
	return nil, errors.New(strings.Join(failed, "; "))
}

// Function is a function of the library; Missing tells afterwards whether all were there.
func (l *Library) Function(name string) unsafe.Pointer {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	f := C.dlsym(l.at, c)
	if f == nil && l.missing == "" {
		l.missing = name
	}
	return f
}

// Missing is an error where a function was asked for that the library lacks, as of another
// library.
func (l *Library) Missing(library string) error {
	if l.missing == "" {
		return nil
	}
	return fmt.Errorf("%s has no function %s, as %s has", l.name, l.missing, library)
}
