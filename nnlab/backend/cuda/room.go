//go:build cuda

package cuda

import "gorgonia.org/cu"

// Device is the card's name.
func (d *device) Device() string { return d.name }

// Room is how many bytes of the card this process has, or could have.
func (d *device) Room() (n int64) {
	d.pool.mu.Lock()
	defer d.pool.mu.Unlock()
	d.do("MemInfo", func() error {
		free, _, err := cu.MemInfo()
		n = free + d.pool.held
		return err
	})
	return n
}
