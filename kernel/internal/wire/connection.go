package wire

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/nnlab-go/lab/internal/whole"
)

// Connection is a connection file.
type Connection struct {
	IP              string `json:"ip"`
	Transport       string `json:"transport"`
	ShellPort       int    `json:"shell_port"`
	IOPubPort       int    `json:"iopub_port"`
	StdinPort       int    `json:"stdin_port"`
	ControlPort     int    `json:"control_port"`
	HBPort          int    `json:"hb_port"`
	Key             string `json:"key"`
	SignatureScheme string `json:"signature_scheme"`
	KernelName      string `json:"kernel_name"`
}

// ReadConnection reads a connection file. It refuses what a kernel cannot keep
// safe: a signature scheme that it does not know.
func ReadConnection(path string) (*Connection, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &Connection{}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("%s is not a connection file: %w", path, err)
	}
	if c.Transport != "tcp" && c.Transport != "ipc" {
		return nil, fmt.Errorf("%s: expected the transport tcp or ipc, got %q", path, c.Transport)
	}
	if c.Key != "" && c.SignatureScheme != "" && c.SignatureScheme != "hmac-sha256" {
		return nil, fmt.Errorf("%s: expected the signature scheme hmac-sha256, got %q", path, c.SignatureScheme)
	}
	return c, nil
}

// Local tells whether only this machine can reach the connection.
func (c *Connection) Local() bool {
	if c.Transport == "ipc" || c.IP == "localhost" {
		return true
	}
	ip := net.ParseIP(c.IP)
	return ip != nil && ip.IsLoopback()
}

// NewConnection chooses free ports of the loopback and a key, and writes them to
// a connection file.
func NewConnection(path string) (*Connection, error) {
	c := newConnection("tcp", "127.0.0.1")
	for _, port := range c.ports() {
		// All five stay open until all are chosen, so that they differ.
		l, err := listen()
		if err != nil {
			return nil, err
		}
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return c, c.write(path)
}

// longestSocket is how long the path of a socket may be, on the system that
// allows least.
const longestSocket = 103

// NewPrivateConnection writes a connection file for sockets in the file's own
// folder, where nobody else can reach them; of the loopback where the folder's
// path is too long for that.
func NewPrivateConnection(path string) (*Connection, error) {
	base := filepath.Join(filepath.Dir(path), "s")
	if len(base)+2 > longestSocket {
		return NewConnection(path)
	}
	c := newConnection("ipc", base)
	for i, port := range c.ports() {
		*port = i + 1
	}
	return c, c.write(path)
}

func newConnection(transport, ip string) *Connection {
	return &Connection{IP: ip, Transport: transport, Key: rand.Text(), SignatureScheme: "hmac-sha256", KernelName: "nnlab"}
}

func (c *Connection) ports() []*int {
	return []*int{&c.ShellPort, &c.IOPubPort, &c.StdinPort, &c.ControlPort, &c.HBPort}
}

func (c *Connection) write(path string) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return whole.WriteFile(path, data, 0o600)
}

// nextPort begins anywhere, so that two processes seldom choose the same.
var nextPort atomic.Uint32

func init() { nextPort.Store(mathrand.Uint32()) }

// listen takes a port below those that systems give to outgoing connections:
// between our closing the port and the kernel's opening it, one of those could
// be given away, to a client that is trying to connect even. No port is taken
// twice.
func listen() (l net.Listener, err error) {
	for range 100 {
		port := 20000 + nextPort.Add(1)%12000
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// Address is where a port is, as ZeroMQ writes it.
func (c *Connection) Address(port int) string {
	network, address := c.Socket(port)
	if network == "unix" {
		return "ipc://" + address
	}
	return "tcp://" + address
}

// Socket is where a port is, as package net writes it.
func (c *Connection) Socket(port int) (network, address string) {
	if c.Transport == "ipc" {
		return "unix", fmt.Sprintf("%s-%d", c.IP, port)
	}
	return "tcp", net.JoinHostPort(c.IP, fmt.Sprint(port))
}
