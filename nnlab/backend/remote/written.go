//go:build linux

package remote

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/nnlab-go/lab/nnlab/backend"
	"github.com/nnlab-go/lab/nnlab/backend/internal/written"
)

// Kernels that a user writes are compiled in the other process, and launched as all others are.

// own is such a kernel, under a number that it has there.
type own struct {
	of           *remote
	number       uint64
	name, source string
	kinds        []written.Kind
}

// Compile compiles CUDA C++ in the other process; see [backend.Compiler].
func (r *remote) Compile(source, kernel string) (backend.Kernel, error) {
	k := &own{}
	if err := k.compile(r, source, kernel); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *own) compile(r *remote, source, kernel string) error {
	text := []byte(kernel + "\x00" + source)
	if len(text) > chunk {
		return fmt.Errorf("%s: Compile: expected at most %d bytes of source, got %d; compile its kernels one by one", r.name, chunk, len(source))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	*k = own{of: r, number: register(r.client, k), name: kernel, source: source}
	r.put(opCompile, []argument{{bits: k.number}}, text)
	reply := r.answer([]argument{{thing: k}})
	if reply == nil {
		return r.err
	}
	if err := readFailure(reply); err != nil {
		return err
	}
	kinds, _ := textOf(reply[8:])
	for _, kind := range []byte(kinds) {
		k.kinds = append(k.kinds, written.Kind(kind))
	}
	return written.CheckKinds(k.kinds)
}

// KeepVariable is what a notebook keeps of a kernel: its source.
func (k *own) KeepVariable() (any, error) { return []string{k.source, k.name}, nil }

// RestoreVariable compiles the kernel again, which the other process knows from the first time.
func (k *own) RestoreVariable(state any) error {
	of, _ := state.([]string)
	if len(of) != 2 {
		return errors.New("a kernel without its source")
	}
	b, err := Kernel()
	if err != nil {
		return err
	}
	return k.compile(b.(*remote), of[0], of[1])
}

// Launch puts the kernel on its way; see [backend.Kernel].
func (k *own) Launch(blocks, threads backend.Dim3, args ...any) {
	b, t := written.Sizes(k.name, blocks, threads)
	given := written.Arguments(k.name, k.kinds, args)
	call := []argument{{k.number, k}}
	for _, n := range [...]int{b[0], b[1], b[2], t[0], t[1], t[2]} {
		call = append(call, whole(n))
	}
	buffers := uint64(0) // which of the arguments are
	for i, a := range given {
		if a.Buffer != nil {
			buffers |= 1 << i
		}
	}
	call = append(call, argument{bits: buffers}, whole(len(given)))
	for _, a := range given {
		if a.Buffer != nil {
			call = append(call, k.of.of(k.name, a.Buffer, 1))
		} else {
			call = append(call, argument{bits: a.Bits})
		}
	}
	k.of.call(opLaunch, call...)
	runtime.KeepAlive(args)
}

// compile answers with what the parameters of a kernel are, or why there is none.
func (s *session) compile(number uint64, text string) {
	reply := s.line.reply
	s.set(number, nil)
	writeFailure(reply, errors.New("the compiler has not come to its end"), true)
	name, source, _ := strings.Cut(text, "\x00")
	k, err := compiled(s.backend, source, name)
	if writeFailure(reply, err, true); err != nil {
		return
	}
	s.set(number, k)
	kinds := make([]byte, 0, written.Most)
	for _, kind := range k.Kinds() {
		kinds = append(kinds, byte(kind))
	}
	setText(reply[8:], string(kinds))
}

func compiled(b backend.Backend, source, name string) (written.Kernel, error) {
	c, ok := b.(backend.Compiler)
	if !ok {
		return nil, fmt.Errorf("%s: Compile: it compiles no kernels", b.Name())
	}
	k, err := c.Compile(source, name)
	if err != nil {
		return nil, err
	}
	tells, ok := k.(written.Kernel)
	if !ok {
		return nil, fmt.Errorf("%s: Compile: a %T that does not tell its parameters", b.Name(), k)
	}
	return tells, nil
}

// launch launches a kernel with the arguments of a call.
func (s *session) launch(r *reader) {
	k, ok := r.thing().(written.Kernel)
	if !ok {
		panic(errors.New("a kernel that is not there"))
	}
	blocks, threads := r.dim3(), r.dim3()
	buffers, n := r.bits(), r.whole()
	var args []any
	for i := range min(n, written.Most) {
		if buffers>>i&1 == 1 {
			args = append(args, r.buffer())
		} else {
			args = append(args, written.Raw(r.bits()))
		}
	}
	k.Launch(blocks, threads, args...)
}

func (r *reader) dim3() backend.Dim3 { return backend.Dim3{X: r.whole(), Y: r.whole(), Z: r.whole()} }
