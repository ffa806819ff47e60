package report

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/cpu"
)

// Machine is what a run was measured on.
type Machine struct {
	Processor string `json:"processor"`
	Vectors   string `json:"vectors"` // the instruction sets that matter here
	Cores     int    `json:"cores"`
	Threads   int    `json:"threads"` // that Go used at once
	Memory    int    `json:"memory_bytes,omitempty"`
	System    string `json:"system"`
	Go        string `json:"go"`
}

// Here describes this machine. What the system does not tell is left out.
func Here() Machine {
	m := Machine{
		Processor: field("/proc/cpuinfo", "model name"),
		Vectors:   vectors(),
		Cores:     runtime.NumCPU(),
		Threads:   runtime.GOMAXPROCS(0),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Go:        runtime.Version(),
	}
	if kilobytes, err := strconv.Atoi(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB")); err == nil {
		m.Memory = kilobytes << 10
	}
	if m.Processor == "" {
		m.Processor = "a processor that has no name here"
	}
	return m
}

// field returns the value of the first line "name: value" of a file, or "".
func field(path, name string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		key, value, found := strings.Cut(line, ":")
		if found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// vectors names the instruction sets for vectors that the processor has.
func vectors() string {
	var have []string
	for _, v := range []struct {
		name string
		has  bool
	}{
		{"AVX2", cpu.X86.HasAVX2},
		{"FMA", cpu.X86.HasFMA},
		{"AVX-512", cpu.X86.HasAVX512F},
		{"AMX", cpu.X86.HasAMXTile},
		{"NEON", cpu.ARM64.HasASIMD},
	} {
		if v.has {
			have = append(have, v.name)
		}
	}
	return strings.Join(have, ", ")
}

// String is the machine in a line.
func (m Machine) String() string {
	s := fmt.Sprintf("%s (%s), %d cores, %d threads, %s, %s", m.Processor, m.Vectors, m.Cores, m.Threads, m.System, m.Go)
	if m.Memory > 0 {
		s += fmt.Sprintf(", %.0f GB", float64(m.Memory)/(1<<30))
	}
	return s
}
