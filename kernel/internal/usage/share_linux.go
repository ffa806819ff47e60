package usage

import "github.com/shirou/gopsutil/v4/process"

// shareOf is a process's memory with its share of the pages that several have.
func shareOf(p *process.Process) uint64 {
	if maps, err := p.MemoryMaps(true); err == nil && len(*maps) == 1 {
		return (*maps)[0].Pss * 1024
	}
	return 0
}
