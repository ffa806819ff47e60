package jail

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// refused are the calls that are answered by "not permitted": they make
// namespaces or file systems, look into other processes, load code into the system, or
// do what another call refuses in a way that a filter cannot see.
var refused = []uint32{
	unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_MOUNT_SETATTR,
	unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT,
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD, unix.SYS_KCMP,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
	unix.SYS_KEXEC_LOAD, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_KEYCTL,
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_REBOOT, unix.SYS_QUOTACTL,
}

// Offsets in what a filter sees of a call (struct seccomp_data in linux/seccomp.h),
// on machines that write the low half of a number first, as all of ours do.
const (
	ofNumber   = 0
	ofMachine  = 4
	ofArgument = 16
)

// namespaces are the flags of clone that make one.
const namespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP

var machines = map[string]uint32{"amd64": unix.AUDIT_ARCH_X86_64, "arm64": unix.AUDIT_ARCH_AARCH64}

// rules is the filter's program. Sockets are of this machine, by a name in the
// file system or of a pair, and of no network.
func rules() []unix.SockFilter {
	const (
		load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		some  = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		least = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
		give  = unix.BPF_RET | unix.BPF_K
	)
	no := func(e uint32) unix.SockFilter { return unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ERRNO | e} }
	yes := unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ALLOW}
	look := func(offset uint32) unix.SockFilter { return unix.SockFilter{Code: load, K: offset} }
	const other = 0x40000000 // the numbers of a second set of calls on amd64
	list := []unix.SockFilter{
		look(ofMachine), {Code: equal, Jt: 1, K: machines[runtime.GOARCH]}, {Code: give, K: unix.SECCOMP_RET_KILL_PROCESS},
		look(ofNumber), {Code: least, Jf: 1, K: other}, {Code: give, K: unix.SECCOMP_RET_KILL_PROCESS},
	}
	for _, call := range refused {
		list = append(list, unix.SockFilter{Code: equal, Jf: 1, K: call}, no(uint32(unix.EPERM)))
	}
	return append(list,
		// clone3's flags lie where no filter looks; who hears that there is none
		// takes clone.
		unix.SockFilter{Code: equal, Jf: 1, K: unix.SYS_CLONE3}, no(uint32(unix.ENOSYS)),
		unix.SockFilter{Code: equal, Jf: 4, K: unix.SYS_CLONE}, look(ofArgument), unix.SockFilter{Code: some, Jf: 1, K: namespaces}, no(uint32(unix.EPERM)), yes,
		unix.SockFilter{Code: equal, Jf: 4, K: unix.SYS_SOCKET}, look(ofArgument), unix.SockFilter{Code: equal, Jt: 1, K: unix.AF_UNIX}, no(uint32(unix.EAFNOSUPPORT)), yes,
		yes)
}

// filter has the system refuse the calls to this thread and all that descends from
// it (man 2 seccomp).
func filter() error {
	if machines[runtime.GOARCH] == 0 {
		return nil // the means itself keeps what it keeps
	}
	list := rules()
	program := unix.SockFprog{Len: uint16(len(list)), Filter: &list[0]}
	return unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0)
}
