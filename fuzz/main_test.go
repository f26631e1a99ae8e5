package fuzz

import (
	"flag"
	"os"
	"testing"
)

// TestMain draws half as many worlds for each property as rapid would, for go
// test to be quick. A flag on the command line wins, as it does in .ci/run:
//
//	go test ./fuzz -run TestProperties -rapid.checks=1000
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "50"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
