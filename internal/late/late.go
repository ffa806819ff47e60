// Package late holds what a package computes when it is first asked for. A variable made
// by sync.OnceValue does that too, but the init of its package leads to what computes it,
// and so does every program that imports the package: each cell of a notebook would link a
// backend that it never asks for. The zero value here leads to nothing.
package late

import "sync"

// Value is a value that is computed once.
type Value[T any] struct {
	once sync.Once
	get  func() T
}

// Get returns the value, which the first call computes. What that panics with, all do.
func (v *Value[T]) Get(compute func() T) T {
	v.once.Do(func() { v.get = sync.OnceValue(compute) })
	return v.get()
}

// Result is a value, or the error with which it could not be had.
type Result[T any] struct {
	once sync.Once
	get  func() (T, error)
}

// Get returns what the first call computes.
func (r *Result[T]) Get(compute func() (T, error)) (T, error) {
	r.once.Do(func() { r.get = sync.OnceValues(compute) })
	return r.get()
}
