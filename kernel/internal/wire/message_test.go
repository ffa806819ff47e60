package wire

import (
	"encoding/json"
	"errors"
	"testing"
)

func frames(t testing.TB, key string, m Message) [][]byte {
	t.Helper()
	f, err := m.Frames(key)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMessage(t *testing.T) {
	sent := Message{Identities: [][]byte{[]byte("identity")}, Header: NewHeader("session", "execute_request"),
		Content: json.RawMessage(`{"code":"1"}`), Buffers: [][]byte{{1, 2}}}
	raw := frames(t, "key", sent)
	got, err := Decode("key", raw)
	if err != nil || got.Header != sent.Header || string(got.Content) != string(sent.Content) ||
		string(got.Identities[0]) != "identity" || len(got.Buffers) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := Decode("another key", raw); !errors.Is(err, ErrSignature) {
		t.Errorf("a wrong signature gave %v", err)
	}
	if _, err := Decode("", raw); err == nil {
		t.Error("a signed message passed where nothing is signed")
	}
	for n := range 7 {
		if _, err := Decode("key", raw[:n]); err == nil {
			t.Errorf("%d frames passed", n)
		}
	}
	raw[6][1] ^= 1
	if _, err := Decode("key", raw); !errors.Is(err, ErrSignature) {
		t.Errorf("a changed content gave %v", err)
	}
}

// A reply gives the parent's header back as it came, with what only its sender
// knows.
func TestParentIsGivenBack(t *testing.T) {
	header := `{"msg_id":"1","session":"s","username":"u","date":"d","msg_type":"t","version":"5.4","subshell_id":null}`
	raw := frames(t, "key", Message{Header: NewHeader("k", "reply"), RawParent: json.RawMessage(header), Content: json.RawMessage("{}")})
	got, err := Decode("key", raw)
	if err != nil || string(got.RawParent) != header || got.Parent.ID != "1" {
		t.Errorf("got %s, %v", got.RawParent, err)
	}
}

func TestPartsMustBeObjects(t *testing.T) {
	for _, content := range []string{"", "null", "null x", "[]", "{\"a\":\"\xff\"}", "1", `"text"`, "{"} {
		parts := [][]byte{[]byte("{}"), []byte("{}"), []byte("{}"), []byte(content)}
		raw := append([][]byte{delimiter, []byte(sign("key", parts))}, parts...)
		if _, err := Decode("key", raw); err == nil || errors.Is(err, ErrSignature) {
			t.Errorf("the content %q gave %v", content, err)
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

func TestReplays(t *testing.T) {
	var r Replays
	message := func() [][]byte {
		return frames(t, "key", Message{Header: NewHeader("s", "t"), Content: json.RawMessage("{}")})
	}
	first := message()
	for i, want := range []bool{false, true} {
		if r.Seen(first) != want {
			t.Errorf("time %d: %v", i+1, !want)
		}
	}
	for range remembered {
		if r.Seen(message()) {
			t.Fatal("a new message counts as a replay")
		}
	}
	if len(r.seen) != remembered || len(r.ring) != remembered {
		t.Errorf("%d and %d signatures are remembered, want %d", len(r.seen), len(r.ring), remembered)
	}
	unsigned := frames(t, "", Message{Header: NewHeader("s", "t"), Content: json.RawMessage("{}")})
	for range 2 {
		if r.Seen(unsigned) {
			t.Error("unsigned messages are all alike, and none is a replay")
		}
	}
}

// Whatever comes, Decode returns an error or a message that is as it was signed.
func FuzzDecode(f *testing.F) {
	good := frames(f, "key", Message{Header: NewHeader("session", "execute_request"), Content: json.RawMessage(`{"code":"1"}`)})
	f.Add(good[0], good[1], good[2], good[3], good[4], good[5])
	f.Add([]byte("id"), []byte("<IDS|MSG>"), []byte(""), []byte("{}"), []byte("{}"), []byte("{}"))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g []byte) {
		raw := [][]byte{a, b, c, d, e, g}
		for n := range len(raw) + 1 {
			for _, key := range []string{"key", ""} {
				m, err := Decode(key, raw[:n])
				if err != nil {
					continue
				}
				again, err := m.Frames(key)
				if err != nil {
					t.Fatal(err)
				}
				same, err := Decode(key, again)
				if err != nil {
					t.Fatalf("what was read cannot be sent on: %v", err)
				}
				if same.Header != m.Header || same.Parent != m.Parent || string(same.RawParent) != string(m.RawParent) ||
					string(same.Metadata) != string(m.Metadata) || string(same.Content) != string(m.Content) ||
					len(same.Identities) != len(m.Identities) || len(same.Buffers) != len(m.Buffers) {
					t.Fatalf("%+v became %+v", m, same)
				}
			}
		}
	})
}
