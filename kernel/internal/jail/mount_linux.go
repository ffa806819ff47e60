package jail

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// mount makes a file system of what the jail lists and goes into it for good (man 2
// pivot_root): first into an empty one that has the old one below it, then into one
// that is made of that.
func (j Jail) mount() error {
	const in, old, made = "/", "/old", "/new"
	base := filepath.Dir(cmp.Or(j.Folder, "/tmp/x")) // any folder will do
	steps := []func() error{
		func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		func() error { return tmpfs(base) },
		func() error { return os.Mkdir(base+old, 0o755) },
		func() error { return unix.PivotRoot(base, base+old) },
		func() error { return os.Chdir(in) },
		func() error { return os.Mkdir(made, 0o755) },
		func() error { return tmpfs(made) },
		func() error { return j.furnish(old, made) },
		func() error { return os.Chdir(made) },
		func() error { return unix.PivotRoot(".", ".") },
		func() error { return unix.Unmount(".", unix.MNT_DETACH) },
		func() error { return os.Chdir(in) },
		func() error {
			return unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("mounting, step %d: %w", i+1, err)
		}
	}
	return nil
}

func tmpfs(path string) error {
	return unix.Mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=1m,mode=755")
}

// furnish puts into the new file system what the program finds there.
func (j Jail) furnish(old, made string) error {
	const fixed = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV
	for _, path := range j.Read {
		if err := bind(old, made, path, fixed); err != nil {
			return err
		}
	}
	for _, path := range devices {
		if err := bind(old, made, path, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC); err != nil {
			return err
		}
	}
	if j.Folder != "" {
		if err := bind(old, made, j.Folder, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(made+"/proc", 0o755); err != nil {
		return err
	}
	return unix.Mount("proc", made+"/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

// bind shows a file or folder of the old file system at its place in the new one.
// A link stays one, since where it leads to is shown too.
func bind(old, made, path string, attributes uint64) error {
	info, err := os.Lstat(old + path)
	if err != nil {
		return err
	}
	to := made + path
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	switch {
	case info.Mode()&os.ModeSymlink != 0:
		target, err := os.Readlink(old + path)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case info.IsDir():
		err = os.MkdirAll(to, 0o755)
	default:
		err = os.WriteFile(to, nil, 0o644)
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(old+path, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return unix.MountSetattr(unix.AT_FDCWD, to, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: attributes})
}
