package confine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/nnlab-go/lab/kernel/internal/gonb"
	"github.com/nnlab-go/lab/kernel/internal/serve"
)

// Command is the word by which this program is started as a kernel in jail.
const Command = "confined"

// Serve is the kernel, from within: it takes orders until there are no more.
func Serve(args []string) error {
	if len(args) != 2 {
		return errors.New("expected a setting and a connection file")
	}
	var s gonb.Setting
	if err := json.Unmarshal([]byte(args[0]), &s); err != nil {
		return err
	}
	if err := shut(); err != nil {
		return err
	}
	k, err := serve.Start(s, args[1], os.Stderr, os.Stderr)
	if err != nil {
		return err
	}
	orders := make(chan byte)
	go func() {
		defer close(orders)
		for order := make([]byte, 1); ; {
			if _, err := os.Stdin.Read(order); err != nil {
				return
			}
			orders <- order[0]
		}
	}()
	for {
		select {
		case order, more := <-orders:
			if !more {
				return k.Stop()
			}
			if order == killCell {
				k.KillCell()
				fmt.Println("done")
			}
		case <-k.Exited():
			return k.Stop()
		case <-k.Ended():
			return k.Stop()
		}
	}
}
