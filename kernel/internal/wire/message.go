// Package wire is the form that messages of the Jupyter protocol 5.4 have
// between a front end and a kernel
// (https://jupyter-client.readthedocs.io/en/stable/messaging.html): frames of
// JSON signed with a key, and the connection file in which the two find each
// other.
package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
	"unicode/utf8"
)

// Header is a message's header.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// microseconds is how Jupyter writes a date: ISO 8601 with six digits of a second, which
// Python's datetime.fromisoformat takes before 3.11, too.
const microseconds = "2006-01-02T15:04:05.000000Z"

// NewHeader is the header of a new message.
func NewHeader(session, kind string) Header {
	return Header{ID: rand.Text(), Session: session, Username: user(), Date: time.Now().UTC().Format(microseconds), Type: kind, Version: "5.4"}
}

func user() string {
	if u := os.Getenv("USER"); u != "" {
		return u
	}
	return "nnlab"
}

// Message is a message of the protocol.
type Message struct {
	Identities [][]byte // what stands in front of the delimiter: who it is from or to, or a topic
	Header     Header
	Parent     Header
	// RawHeader and RawParent are the two as they were received. A sender's
	// RawParent, where there is one, goes out in place of Parent: a parent's
	// header is given back with all that its sender had put into it.
	RawHeader, RawParent json.RawMessage
	Metadata             json.RawMessage // nil is an empty object
	Content              json.RawMessage
	Buffers              [][]byte
}

var delimiter = []byte("<IDS|MSG>")

// Frames are the frames of the message, signed with the key.
func (m Message) Frames(key string) ([][]byte, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return nil, err
	}
	parent, metadata := []byte(m.RawParent), []byte(m.Metadata)
	if parent == nil {
		if parent = []byte("{}"); m.Parent != (Header{}) {
			if parent, err = json.Marshal(m.Parent); err != nil {
				return nil, err
			}
		}
	}
	if metadata == nil {
		metadata = []byte("{}")
	}
	parts := [][]byte{header, parent, metadata, m.Content}
	frames := append([][]byte{}, m.Identities...)
	frames = append(frames, delimiter, []byte(sign(key, parts)))
	return append(append(frames, parts...), m.Buffers...), nil
}

// Raw are the header, the parent's header, the metadata and the content of a message as they
// came, unread and unchecked; nil where there are none.
func Raw(frames [][]byte) (header, parent, metadata, content []byte) {
	at := slices.IndexFunc(frames, func(f []byte) bool { return bytes.Equal(f, delimiter) })
	if at < 0 || len(frames)-at < 6 {
		return nil, nil, nil, nil
	}
	return frames[at+2], frames[at+3], frames[at+4], frames[at+5]
}

// ErrSignature is the error of a message that somebody without the key has sent.
var ErrSignature = errors.New("the signature is wrong")

// Decode checks the signature and reads a message.
func Decode(key string, frames [][]byte) (m Message, err error) {
	at := 0
	for at < len(frames) && string(frames[at]) != string(delimiter) {
		at++
	}
	if len(frames)-at < 6 {
		return m, fmt.Errorf("expected the frames %s, signature, header, parent, metadata, content; got %d frames", delimiter, len(frames))
	}
	parts := frames[at+2 : at+6]
	if !hmac.Equal(frames[at+1], []byte(sign(key, parts))) {
		return m, ErrSignature
	}
	m = Message{Identities: frames[:at], RawHeader: parts[0], RawParent: parts[1], Metadata: parts[2], Content: parts[3], Buffers: frames[at+6:]}
	for i, name := range []string{"header", "parent", "metadata", "content"} {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(parts[i], &object); err != nil {
			return m, fmt.Errorf("the %s is not an object: %w", name, err)
		}
		if object == nil { // null, which would pass as an object without anything in it
			return m, fmt.Errorf("the %s is not an object: null", name)
		}
		// What is wrong here would reach all front ends: a parent is given back.
		if !utf8.Valid(parts[i]) {
			return m, fmt.Errorf("the %s is not UTF-8", name)
		}
	}
	return m, errors.Join(json.Unmarshal(parts[0], &m.Header), json.Unmarshal(parts[1], &m.Parent))
}

// sign is the signature of the four parts. Without a key nothing is signed.
func sign(key string, parts [][]byte) string {
	if key == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(key))
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.EncodeToString(mac.Sum(nil))
}
