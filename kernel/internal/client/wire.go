// Package client speaks the Jupyter messaging protocol 5.4 as a front end does
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html): it sends
// requests to a kernel and hands on what the kernel says.
package client

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/google/renameio/v2"
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

// NewConnection chooses free ports of the loopback and a key, and writes them to
// a connection file.
func NewConnection(path string) (*Connection, error) {
	c := &Connection{IP: "127.0.0.1", Transport: "tcp", Key: rand.Text(), SignatureScheme: "hmac-sha256", KernelName: "nnlab"}
	for _, port := range []*int{&c.ShellPort, &c.IOPubPort, &c.StdinPort, &c.ControlPort, &c.HBPort} {
		// All five stay open until all are chosen, so that they differ.
		l, err := listen()
		if err != nil {
			return nil, err
		}
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return c, renameio.WriteFile(path, data, 0o600)
}

// listen takes a random port below those that systems give to outgoing
// connections: between our closing the port and the kernel's opening it, one of
// those could be given away, to a client that is trying to connect even.
func listen() (l net.Listener, err error) {
	for range 100 {
		port := 20000 + mathrand.IntN(12000)
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

func (c *Connection) address(port int) string {
	return fmt.Sprintf("%s://%s:%d", c.Transport, c.IP, port)
}

// Header is a message's header.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Message is a message of the protocol.
type Message struct {
	Header, Parent Header
	Content        json.RawMessage
}

var delimiter = []byte("<IDS|MSG>")

// encode makes the frames of a message, signed with the key.
func encode(key string, m Message) (zmq4.Msg, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return zmq4.Msg{}, err
	}
	parts := [][]byte{header, []byte("{}"), []byte("{}"), m.Content}
	return zmq4.NewMsgFrom(append([][]byte{delimiter, []byte(sign(key, parts))}, parts...)...), nil
}

// decode checks the signature and reads a message.
func decode(key string, frames [][]byte) (m Message, err error) {
	at := 0
	for at < len(frames) && string(frames[at]) != string(delimiter) {
		at++
	}
	if len(frames)-at < 6 {
		return m, fmt.Errorf("expected the frames %s, signature, header, parent, metadata, content; got %d frames", delimiter, len(frames))
	}
	parts := frames[at+2 : at+6]
	if !hmac.Equal(frames[at+1], []byte(sign(key, parts))) {
		return m, errors.New("the signature is wrong")
	}
	m.Content = parts[3]
	return m, errors.Join(json.Unmarshal(parts[0], &m.Header), json.Unmarshal(parts[1], &m.Parent))
}

func sign(key string, parts [][]byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

func newHeader(session, kind string) Header {
	return Header{ID: rand.Text(), Session: session, Username: user(), Date: time.Now().UTC().Format(time.RFC3339Nano), Type: kind, Version: "5.4"}
}

func user() string {
	if u := os.Getenv("USER"); u != "" {
		return u
	}
	return "nnlab"
}
