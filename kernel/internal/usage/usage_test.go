package usage

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// Memory of this process and of a child counts, each once; what has ended does not.
func TestOf(t *testing.T) {
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var m Meter
	alone := m.Of(nil)
	both := m.Of([]int{child.Process.Pid, os.Getpid(), child.Process.Pid})
	child.Process.Kill()
	child.Wait()
	after := m.Of([]int{child.Process.Pid})
	if alone.KernelMemory < 1<<20 || alone.PID != os.Getpid() || alone.CPUCount < 1 || alone.HostVirtualMemory == nil || alone.HostVirtualMemory.Total < alone.KernelMemory {
		t.Errorf("%+v", alone)
	}
	if len(m.known) != 1 || after.KernelMemory > 2*alone.KernelMemory {
		t.Errorf("%d processes and %d bytes after the child's end, %d bytes without it", len(m.known), after.KernelMemory, alone.KernelMemory)
	}
	if child := both.KernelMemory - alone.KernelMemory; both.KernelMemory <= alone.KernelMemory || child > alone.KernelMemory {
		t.Errorf("%d bytes with a sleeping child, %d without", both.KernelMemory, alone.KernelMemory)
	}
	big := make([]byte, 64<<20)
	for i := 0; i < len(big); i += 4096 {
		big[i] = 1
	}
	if grown := m.Of(nil); grown.KernelMemory < alone.KernelMemory+60<<20 {
		t.Errorf("%d bytes with 64 MiB more, %d without", grown.KernelMemory, alone.KernelMemory)
	}
	runtime.KeepAlive(big)
}
