package jail

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// fence sets what must be so from a process's first moment.
func (j Jail) fence(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if j.Means != Namespaces {
		return nil
	}
	// In the jail this user is root, who may do there what sets it up and then
	// nothing; the other user is whose numbers of processes are limited where this
	// one is the machine's root.
	one := func(id int) []syscall.SysProcIDMap {
		m := []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
		if j.User != 0 {
			m = append(m, syscall.SysProcIDMap{ContainerID: inner, HostID: j.User, Size: 1})
		}
		return m
	}
	cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS
	cmd.SysProcAttr.UidMappings, cmd.SysProcAttr.GidMappings = one(os.Geteuid()), one(os.Getegid())
	cmd.SysProcAttr.GidMappingsEnableSetgroups = j.User != 0
	return nil
}

// inner is the number of Jail.User in the jail.
const inner = 1000

// enter goes to jail and becomes the program. On the way nothing may leave the
// thread, to which most of this applies.
func (j Jail) enter(dir string, program []string) error {
	runtime.LockOSThread()
	switch j.Means {
	case None:
		return become(dir, program)
	case Namespaces:
		if err := j.mount(); err != nil {
			return err
		}
	case Landlock:
		if watched, err := keepWatch(program); watched {
			return err
		}
	default:
		return fmt.Errorf("jail: no such means: %q", j.Means)
	}
	if err := j.Limits.set(j.Means); err != nil {
		return err
	}
	if j.Means == Landlock {
		if err := j.lock(); err != nil {
			return err
		}
	}
	if err := j.disarm(); err != nil {
		return err
	}
	if err := filter(); err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	return become(dir, program)
}

// watching is set for who is watched.
const watching = "NNLAB_JAILED"

// keepWatch starts this program a second time, waits for it, and kills all that it
// leaves, whatever that has done to be forgotten: with Landlock nothing else ends
// with it. Who is started is told that he is not the one who watches.
func keepWatch(program []string) (watched bool, err error) {
	if os.Getenv(watching) != "" {
		return false, os.Unsetenv(watching)
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return true, err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT)
	cmd := exec.Command(os.Args[0], os.Args[1:]...)
	cmd.Env = append(os.Environ(), watching+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return true, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
	case <-stop:
		err = fmt.Errorf("%s: stopped", program[0])
	}
	killChildren()
	return true, err
}

// killChildren kills and buries the children of this process until there is none:
// a dead one's children are ours then.
func killChildren() {
	for {
		self := strconv.Itoa(os.Getpid())
		tasks, err := filepath.Glob("/proc/" + self + "/task/*/children")
		if err != nil {
			return
		}
		for _, file := range tasks {
			text, _ := os.ReadFile(file) // a thread may have ended
			for word := range strings.FieldsSeq(string(text)) {
				if pid, err := strconv.Atoi(word); err == nil && pid > 0 {
					syscall.Kill(pid, syscall.SIGKILL)
				}
			}
		}
		if _, err := syscall.Wait4(-1, nil, 0, nil); err == syscall.ECHILD {
			return
		}
	}
}

// lock has Landlock refuse all that is not listed. Of what newer systems can refuse,
// an older one refuses what it knows; files are refused by all.
func (j Jail) lock() error {
	var files, dirs []string
	for _, path := range j.Read {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			dirs = append(dirs, path)
		} else {
			files = append(files, path)
		}
	}
	rules := []landlock.Rule{landlock.RODirs(append(dirs, "/proc")...), landlock.ROFiles(files...), landlock.RWFiles(devices...)}
	if j.Folder != "" {
		rules = append(rules, landlock.RWDirs(j.Folder).WithRefer().WithResolveUnix())
	}
	if version, err := ll.LandlockGetABIVersion(); err != nil || version < 1 {
		return fmt.Errorf("no Landlock: %w", err)
	}
	return landlock.V11.BestEffort().Restrict(rules...)
}
