//go:build darwin || freebsd

package private

import "golang.org/x/sys/unix"

// solLocal is the level of the options of local sockets.
const solLocal = 0

// userOf is the user whose process listens at the other end (man 4 unix).
func userOf(fd int) (int, error) {
	c, err := unix.GetsockoptXucred(fd, solLocal, unix.LOCAL_PEERCRED)
	if err != nil {
		return 0, err
	}
	return int(c.Uid), nil
}
