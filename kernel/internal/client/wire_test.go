package client

import (
	"encoding/json"
	"testing"
)

func TestWire(t *testing.T) {
	sent := Message{Header: newHeader("session", "execute_request"), Content: json.RawMessage(`{"code":"1"}`)}
	raw, err := encode("key", sent)
	if err != nil {
		t.Fatal(err)
	}
	// A router puts the identity in front.
	got, err := decode("key", append([][]byte{[]byte("identity")}, raw.Frames...))
	if err != nil || got.Header != sent.Header || string(got.Content) != string(sent.Content) {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := decode("another key", raw.Frames); err == nil {
		t.Error("a wrong signature passed")
	}
	raw.Frames[5][1] ^= 1
	if _, err := decode("key", raw.Frames); err == nil {
		t.Error("a changed content passed")
	}
	for n := range raw.Frames {
		if _, err := decode("key", raw.Frames[:n]); err == nil {
			t.Errorf("%d frames passed", n)
		}
	}
}

// The signature by an independent implementation: Python's
// hmac.new(b"key", b"{}{}{}{}", "sha256").hexdigest().
func TestSign(t *testing.T) {
	empty := []byte("{}")
	want := "ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3"
	if got := sign("key", [][]byte{empty, empty, empty, empty}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
