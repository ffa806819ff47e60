//go:build !linux

package cpu

// onHugePages is for systems that have to be asked for large pages.
func onHugePages([]float32) {}
