package main

import (
	"fmt"
	"time"
)

// waiting runs a question about all packets, and tells on a terminal that it
// runs once it has for a moment. The line is gone before any result.
func waiting[T any](a *app, what string, ask func() (T, error)) (T, error) {
	if !a.live {
		return ask()
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		a.tell(what, stop)
	}()
	defer func() {
		close(stop)
		<-stopped
	}()
	return ask()
}

// tell writes what runs and for how long, over and over on one line, until stop.
func (a *app) tell(what string, stop <-chan struct{}) {
	tick := time.NewTicker(a.beat)
	defer tick.Stop()
	const eraseLine = "\r\x1b[K"
	start, shown := time.Now(), false
	for {
		select {
		case <-tick.C:
			fmt.Fprintf(a.stderr, "%ssluice: %s, %v", eraseLine, what, time.Since(start).Round(time.Second))
			shown = true
		case <-stop:
			if shown {
				fmt.Fprint(a.stderr, eraseLine)
			}
			return
		}
	}
}
