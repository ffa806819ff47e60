// Package jail runs a program where it can do no harm: nothing but its own folder
// can be written, nothing but what is listed read, no network and no other process
// is there, and what it takes of the machine is limited.
//
// There are two means. With namespaces (man 7 namespaces) the program sees a
// machine of its own. Where the system refuses those, as Docker's usual seccomp
// profile does, Landlock (man 7 landlock) keeps it from files, sockets and signals,
// though it sees the names of other processes. With both a seccomp filter refuses
// the calls that programs of a student need for nothing but getting out.
package jail

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Means is how a program is kept.
type Means string

// The means, the best first. None keeps nothing.
const (
	Namespaces Means = "namespaces"
	Landlock   Means = "landlock"
	None       Means = "none"
)

// Jail is what a program may.
type Jail struct {
	Means  Means
	Folder string   // that it may write to; "" for none
	Read   []string // what it may read and run besides, and what lies below; what is not there is left out
	Limits Limits
	User   int // the user as whom it runs where this one is root and the means allows it; 0: as this one
}

// Limits are for each of the program's processes; 0 is none.
type Limits struct {
	Memory    int64 // bytes that it may write to
	File      int64 // bytes of a file that it writes
	Processes int   // processes and threads, all together; root's are not counted, so give it a User
	Open      int   // files at a time
}

// Command is the word by which this program is started to go to jail.
const Command = "jail"

// errNone is why there is no jail.
var errNone = errors.New("the system offers neither namespaces nor Landlock")

// Public is what of a system any program may read and most need: its programs and
// libraries, its time zones and the names of its users.
var Public = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/passwd", "/etc/group",
	"/etc/nsswitch.conf", "/etc/localtime", "/etc/ssl/certs", "/nix/store"}

// devices are those that take and give nothing of others'.
var devices = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}

// Command returns the command that runs a program in jail, in its environment and
// folder. This is the program's own file, which has Enter behind Command.
func (j Jail) Command(self string, env []string, dir string, program ...string) (*exec.Cmd, error) {
	j.Read = present(append(slices.Clone(j.Read), self))
	said, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{Command, string(said), dir}, program...)...)
	cmd.Env, cmd.Dir = env, "/"
	if err := j.fence(cmd); err != nil {
		return nil, err
	}
	return cmd, nil
}

// Enter is the inner end of Command: it goes to jail and becomes the program.
func Enter(args []string) error {
	if len(args) < 3 {
		return errors.New("jail: expected what is allowed, a folder and a program")
	}
	var j Jail
	if err := json.Unmarshal([]byte(args[0]), &j); err != nil {
		return fmt.Errorf("jail: %w", err)
	}
	return j.enter(args[1], args[2:])
}

// Covers tells whether a path can be read in the jail.
func (j Jail) Covers(path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil && real != path && j.covers(real) {
		return true
	}
	return j.covers(path)
}

func (j Jail) covers(path string) bool {
	return slices.ContainsFunc(append(present(j.Read), j.Folder), func(dir string) bool { return below(path, dir) })
}

// below tells whether a path is a folder or lies in it.
func below(path, dir string) bool {
	return dir != "" && (path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/"))
}

// present lists the paths that are there, each as it is called and as it is without
// links, without those that lie below another, in order.
func present(paths []string) (list []string) {
	var all []string
	for _, path := range paths {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			all = append(all, filepath.Clean(path), real)
		}
	}
	slices.Sort(all)
	for _, path := range all { // one that another holds comes after it
		if !slices.ContainsFunc(list, func(dir string) bool { return below(path, dir) }) {
			list = append(list, path)
		}
	}
	return list
}

// Choose returns the best means that works here, and for those before it why they
// do not.
func Choose(self string) (Means, error) {
	var refused error
	for _, m := range []Means{Namespaces, Landlock} {
		err := Works(m, self)
		if err == nil {
			return m, refused
		}
		refused = errors.Join(refused, fmt.Errorf("%s: %w", m, err))
	}
	return None, errors.Join(errNone, refused)
}

// Works tries a means: a program of no consequence is run.
func Works(m Means, self string) error {
	j := Jail{Means: m, Read: Public}
	cmd, err := j.Command(self, os.Environ(), "/", self, Command)
	if err != nil {
		return err
	}
	var out strings.Builder
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w %s", err, strings.TrimSpace(out.String()))
	}
	return nil
}
