package jail

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// set sets the limits of this process and all that descend from it.
func (l Limits) set(m Means) error {
	processes := l.Processes
	if processes > 0 && m == Landlock {
		processes += threads() // those of the user elsewhere count too
	}
	for resource, most := range map[int]int64{unix.RLIMIT_DATA: l.Memory, unix.RLIMIT_FSIZE: l.File, unix.RLIMIT_NPROC: int64(processes),
		unix.RLIMIT_NOFILE: int64(l.Open)} {
		if most <= 0 {
			continue
		}
		// Where less is allowed already it stays at that. Not package syscall's, which
		// remembers what a limit of files was before.
		var now unix.Rlimit
		if err := unix.Prlimit(0, resource, nil, &now); err != nil {
			return err
		}
		least := min(uint64(most), now.Max)
		if err := unix.Prlimit(0, resource, &unix.Rlimit{Cur: least, Max: least}, nil); err != nil {
			return fmt.Errorf("limit %d: %w", resource, err)
		}
	}
	core := unix.Rlimit{}
	return unix.Prlimit(0, unix.RLIMIT_CORE, &core, nil)
}

// threads counts the threads of this user.
func threads() (n int) {
	all, err := filepath.Glob("/proc/[0-9]*/task/*")
	if err != nil {
		return 0
	}
	for _, task := range all {
		if info, err := os.Stat(task); err == nil {
			if owner, ok := info.Sys().(*syscall.Stat_t); ok && int(owner.Uid) == os.Geteuid() {
				n++
			}
		}
	}
	return n
}

// disarm gives up all that root may do, for good.
func (j Jail) disarm() error {
	// What cannot be dropped here is not gained either: programs that are started get
	// no rights that this one has not, see the end.
	for c := uintptr(0); c < 64; c++ {
		unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
	}
	if j.Means == Namespaces && j.User != 0 {
		// Not package syscall's calls, which would have all threads do it: this thread
		// alone becomes the program.
		if _, _, e := syscall.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); e != 0 {
			return fmt.Errorf("setgroups: %w", e)
		}
		if _, _, e := syscall.RawSyscall(unix.SYS_SETRESGID, inner, inner, inner); e != 0 {
			return fmt.Errorf("setresgid: %w", e)
		}
		if _, _, e := syscall.RawSyscall(unix.SYS_SETRESUID, inner, inner, inner); e != 0 {
			return fmt.Errorf("setresuid: %w", e)
		}
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if err := unix.Capset(&header, &none[0]); err != nil {
		return fmt.Errorf("capset: %w", err)
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}
