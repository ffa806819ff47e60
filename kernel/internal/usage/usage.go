// Package usage says what a kernel takes of its machine, as ipykernel answers a
// usage_request: JupyterLab shows it, by the extension jupyter-resource-usage.
package usage

import (
	"os"
	"runtime"
	"sync"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/process"
)

// Reply is the content of a usage_reply, under ipykernel's names. Memory is in bytes; a
// process's share of pages that several have counts in parts (PSS) where the system tells.
type Reply struct {
	Hostname          string                 `json:"hostname"`
	PID               int                    `json:"pid"`
	KernelCPU         float64                `json:"kernel_cpu"` // percent of a core since the last reply
	KernelMemory      uint64                 `json:"kernel_memory"`
	HostCPUPercent    float64                `json:"host_cpu_percent"`
	CPUCount          int                    `json:"cpu_count"`
	HostVirtualMemory *mem.VirtualMemoryStat `json:"host_virtual_memory,omitempty"`
}

// Meter measures a family of processes. Its methods may be called at once.
type Meter struct {
	mu    sync.Mutex
	known map[int32]*process.Process // they remember when they were looked at last
}

// Of measures this process and the others with the given numbers. One that has ended
// meanwhile counts nothing.
func (m *Meter) Of(pids []int) Reply {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := Reply{PID: os.Getpid(), CPUCount: runtime.NumCPU()}
	r.Hostname, _ = os.Hostname()
	if all, err := cpu.Percent(0, false); err == nil && len(all) == 1 {
		r.HostCPUPercent = all[0]
	}
	r.HostVirtualMemory, _ = mem.VirtualMemory()
	alive := map[int32]*process.Process{}
	for _, pid := range append(pids[:len(pids):len(pids)], os.Getpid()) {
		id := int32(pid)
		if alive[id] != nil {
			continue
		}
		p := m.known[id]
		if p == nil {
			var err error
			if p, err = process.NewProcess(id); err != nil {
				continue
			}
		}
		if running, err := p.IsRunning(); err != nil || !running { // or its number is another's by now
			continue
		}
		alive[id] = p
		if percent, err := p.Percent(0); err == nil {
			r.KernelCPU += percent
		}
		r.KernelMemory += memoryOf(p)
	}
	m.known = alive
	return r
}

func memoryOf(p *process.Process) uint64 {
	if share := shareOf(p); share > 0 {
		return share
	}
	if info, err := p.MemoryInfo(); err == nil && info != nil {
		return info.RSS
	}
	return 0
}
