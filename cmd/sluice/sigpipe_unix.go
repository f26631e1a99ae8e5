//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// A closed pipe is an error of the write, as a full disk is, and ends with status
// 2 in place of the signal.
func init() { signal.Ignore(syscall.SIGPIPE) }
