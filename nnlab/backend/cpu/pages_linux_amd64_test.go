package cpu

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// TestHugePages holds that a large buffer is marked for large pages, which Linux lists
// with the flag "hg". (QEMU, which runs the tests for arm64, does not pass the request on.)
func TestHugePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil {
		t.Skip("this kernel has no transparent large pages: ", err)
	}
	x := aligned(16 << 20 / 4)
	first := uintptr(unsafe.Pointer(&x[0]))
	middle := first + uintptr(2*len(x))
	file, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	inside, marked := false, false
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var from, to uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &from, &to); n == 2 {
			inside = from <= middle && middle < to
		} else if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && inside {
			marked = strings.Contains(flags+" ", " hg ")
		}
	}
	if !marked {
		t.Errorf("the middle of 16 MB at %#x is not marked for large pages", first)
	}
	runtime.KeepAlive(x)
}
