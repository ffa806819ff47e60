package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An interrupt stops a cell that is still being compiled.
func TestInterruptWhileCompiling(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	f.run("!echo GoNB is there")
	// A tool that is called instead of compiling, and does not end.
	f.run("!*printf '#!/bin/sh\\n: > compiling\\nsleep 1000\\n' > slow; chmod +x slow")
	f.run("!*echo $PWD > " + f.dir + "/folder")
	folder, err := os.ReadFile(filepath.Join(f.dir, "folder"))
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(string(folder))
	f.run("%goflags -toolexec=" + dir + "/slow")
	id := f.ask("shell", "execute_request", cell("fmt.Println(\"never\")"))
	for begun := false; !begun; time.Sleep(5 * time.Millisecond) {
		_, err := os.Stat(filepath.Join(dir, "compiling"))
		begun = err == nil
	}
	f.reply(f.ask("control", "interrupt_request", map[string]any{}))
	if got := f.done(id); got["ename"] != "interrompida" {
		t.Errorf("the cell ended with %v", got)
	}
	f.run("%goflags \"\"")
	if id, _ := f.run("fmt.Println(\"again\")"); !slices.Contains(f.about(id), `stdout "again\n"`) {
		t.Errorf("the next cell published %v", f.about(id))
	}
}

// What a cell has started and what does not listen to an interrupt does not keep
// the kernel.
func TestStubbornChildren(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	id := f.ask("shell", "execute_request", cell("!trap '' INT; (trap '' INT; while :; do sleep 0.1; done) & echo begun; wait; while :; do sleep 0.1; done"))
	f.published(id, "stream")
	f.ask("control", "interrupt_request", map[string]any{})
	if got := f.done(id); got["status"] != "error" {
		t.Errorf("the cell ended with %v, published %v", got, f.about(id))
	}
	if id, _ := f.run("fmt.Print(\"alive\")"); !slices.Contains(f.about(id), `stdout "alive"`) {
		t.Errorf("the next cell published %v", f.about(id))
	}
}
