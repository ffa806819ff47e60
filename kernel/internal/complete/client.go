package complete

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/private"
)

// IdleName is the environment variable with the time after which the server
// ends when nobody asks, ten minutes if there is none.
const IdleName = "NNLAB_COMPLETION_IDLE"

// Idle is that time.
func Idle() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(IdleName)); err == nil && d > 0 {
		return d
	}
	return 10 * time.Minute
}

// Client asks the user's server, and starts it when it is not there.
type Client struct {
	Root, Tools, Program string // as in gonb.Setting

	mu      sync.Mutex
	started time.Time
}

// folderName is the folder's path, whether it is there or not. Kernels of another
// checkout or with other tools have another.
func folderName(root, tools string) string {
	base := os.Getenv("XDG_RUNTIME_DIR")
	if info, err := os.Stat(base); err != nil || !info.IsDir() {
		base = os.TempDir()
	}
	sum := sha256.Sum256([]byte("1\n" + root + "\n" + tools))
	return filepath.Join(base, fmt.Sprintf("nnlab-gopls-%d-%x", os.Getuid(), sum[:4]))
}

// Folder makes the server's folder, which is the user's alone.
func Folder(root, tools string) (string, error) {
	dir := folderName(root, tools)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	if err := private.Folder(dir); err != nil {
		return "", err
	}
	return dir, nil
}

func socketIn(dir string) string { return filepath.Join(dir, "s") }

// Taken says whose the server's folder is, where it is another's: nobody is asked
// then.
func Taken(root, tools string) error {
	if err := private.Folder(folderName(root, tools)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Running tells whether the server runs.
func Running(root, tools string) bool {
	c, err := private.Dial(context.Background(), socketIn(folderName(root, tools)))
	if err == nil {
		c.Close()
	}
	return err == nil
}

// Ask asks the server, if it is this user's. Where it does not run or is not ready,
// it is started and the error says so, at once.
func (k *Client) Ask(ctx context.Context, q Query) (Answer, error) {
	c, err := private.Dial(ctx, socketIn(folderName(k.Root, k.Tools)))
	if err != nil {
		if ctx.Err() == nil {
			err = errors.Join(errCold, k.start())
		}
		return Answer{}, err
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	return ask(c, q)
}

// start starts the server, but not in quick succession.
func (k *Client) start() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.started) < time.Second || !gonb.Built(k.Tools, gonb.Gopls) {
		return nil
	}
	k.started = time.Now()
	dir, err := Folder(k.Root, k.Tools)
	if err != nil {
		return err
	}
	c := exec.Command(k.Program, Command, dir, k.Root, filepath.Join(k.Tools, gonb.Gopls.Name))
	c.Dir = dir
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives this kernel
	if err := c.Start(); err != nil {
		return err
	}
	go c.Wait()
	return nil
}
