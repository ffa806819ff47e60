// Package build makes the program of a cell in a fraction of the time that the
// Go tool takes. GoNB calls "goimports" and "go build" for each cell; in a
// kernel's PATH these are this kernel's own program, which hands the call to the
// server here. The server knows from the cells before where packages lie and
// which import a name is for; what it does not know it has the real tools do.
package build

import (
	"context"
	"encoding/json"
	"io"
	"net"

	"github.com/nnlab-go/lab/kernel/internal/private"
)

// Request is a call of a tool.
type Request struct {
	Tool string   `json:"tool"` // "go" or "goimports"
	Args []string `json:"args"`
	Dir  string   `json:"dir"`
	Env  []string `json:"env"`
}

// Response is what the tool wrote and how it ended.
type Response struct {
	Output string `json:"output"`
	Status int    `json:"status"`
}

// Ask has the server at a socket do a tool's work.
func Ask(socket string, q Request) (a Response, err error) {
	c, err := private.Dial(context.Background(), socket)
	if err != nil {
		return a, err
	}
	defer c.Close()
	if err := json.NewEncoder(c).Encode(q); err != nil {
		return a, err
	}
	return a, json.NewDecoder(c).Decode(&a)
}

// answer serves one call.
func (s *Server) answer(c net.Conn) {
	defer c.Close()
	var q Request
	if err := json.NewDecoder(io.LimitReader(c, 1<<24)).Decode(&q); err != nil {
		return
	}
	json.NewEncoder(c).Encode(s.do(q)) // the tool may have been killed meanwhile
}
