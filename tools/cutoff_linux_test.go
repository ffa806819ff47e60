package main

import (
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// TestMain is the program that is cut off when it is started as that.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "cut-off" {
		panic(becomeCutOff(os.Args[2:]))
	}
	if address := os.Getenv("NNLAB_TEST_DIAL"); address != "" {
		dials(address)
		return
	}
	os.Exit(m.Run())
}

// dials fails unless this machine reaches itself and nothing else.
func dials(address string) {
	own, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	c, err := net.DialTimeout("tcp", own.Addr().String(), 10*time.Second)
	if err != nil {
		panic(err)
	}
	c.Close()
	if _, err := net.DialTimeout("tcp", address, 10*time.Second); err == nil {
		panic("the network is there")
	}
}

// What is cut off reaches itself, and not even what listens on this machine.
func TestCutOff(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NNLAB_TEST_DIAL="+l.Addr().String())
	cut, err := cutOff(t.Context(), cmd)
	if err != nil {
		t.Skip("this system allows no network of one's own:", err)
	}
	if text, err := outputOf(cut); err != nil {
		t.Errorf("%v: %s", err, text)
	}
}
