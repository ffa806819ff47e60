package main

import (
	"os"
	"strings"
	"testing"
)

// Binder builds the Dockerfile in binder/ and no other, with the repository around it: it
// is the classroom's.
func TestBinder(t *testing.T) {
	classroom, err := os.ReadFile("../docker/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if binder, err := os.ReadFile("../binder/Dockerfile"); err != nil || string(binder) != string(classroom) {
		t.Errorf("binder/Dockerfile is not docker/Dockerfile (%v); run go generate ./tools", err)
	}
}

// The forge's workflow does what .ci/run does, and nothing beside it.
func TestWorkflow(t *testing.T) {
	workflow, err := os.ReadFile("../.github/workflows/ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(workflow), "- run: bash .ci/run\n") {
		t.Error("the workflow does not run .ci/run")
	}
}
