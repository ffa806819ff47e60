// Package remote is the backend of a program that computes in another one: a cell, which
// is a process and knows nothing of C, calls kernels of the process that has the GPU.
//
// The two share a piece of memory, the line, in which the cell puts calls one behind the
// other and goes on at once; the other takes them in that order. A cell waits only where
// it reads: at Download, ReadScalars, Sync, at the laps of a watch, at the reductions that return a
// number, and at an Alloc of a megabyte or more, which may fail. Buffers live in the other process
// until the cell's are collected or the cell ends.
//
// [Dial] is the cell's end, [Serve] the other's. Wrong sizes panic in the cell, as with
// any backend; all else that goes wrong is kept and returned by Sync.
package remote

// Name is the environment variable that names the socket of a kernel's GPU.
const Name = "NNLAB_GPU"

// Ready is the line that the process that serves prints when it has its device; what it
// prints instead is why it has none.
const Ready = "ready"
