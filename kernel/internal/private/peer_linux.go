package private

import "golang.org/x/sys/unix"

// userOf is the user whose process listens at the other end (man 7 unix).
func userOf(fd int) (int, error) {
	c, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0, err
	}
	return int(c.Uid), nil
}
