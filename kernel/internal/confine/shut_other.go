//go:build unix && !linux

package confine

// shut has nothing to do where there is no jail.
func shut() error { return nil }
