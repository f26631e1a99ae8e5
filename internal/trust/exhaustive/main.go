// Exhaustive tries every small world of package smallworld at every place, every IPv4
// address, and every range of ports:
//
//	go run ./internal/trust/exhaustive -state exhaustive.json
//
// A full run compares some 60,000 million verdicts and takes an hour or two on
// two cores. It shows how far it is, can be stopped at any time and, given the
// same state file, goes on where it was. It ends with the count of verdicts
// compared, or with the first that is wrong.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

var (
	statePath = flag.String("state", "", "file to keep the run's state in, and to go on from")
	only      = flag.String("only", "", "run the stages only whose name has this in it")
	list      = flag.Bool("list", false, "list the stages and run nothing")
	step      = flag.Int("step", 1, "of addresses and port ranges, take one in every so many")
	parallel  = flag.Int("parallel", runtime.GOMAXPROCS(0), "units at the same time")
	duration  = flag.Duration("for", 0, "stop after this time, to be gone on with; 0: run to the end")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "exhaustive:", err)
		os.Exit(1)
	}
}

// state is what a run has done, by stage.
type state struct {
	Units    map[string]int // finished, in order
	Verdicts int64
	Asked    int // answers that the reference gave
	Seconds  float64
}

func (s *state) load() error {
	s.Units = map[string]int{}
	if *statePath == "" {
		return nil
	}
	data, err := os.ReadFile(*statePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return json.Unmarshal(data, s)
}

// save writes a new file and moves it into place, so that a run stopped here
// does not lose the old one.
func (s *state) save() error {
	if *statePath == "" {
		return nil
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*statePath+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(*statePath+".new", *statePath)
}

func run() error {
	if *step < 1 || *parallel < 1 {
		return fmt.Errorf("-step %d -parallel %d: want 1 or more", *step, *parallel)
	}
	var s state
	if err := s.load(); err != nil {
		return fmt.Errorf("state %s: %w", *statePath, err)
	}
	began := time.Now()
	stages := allStages()
	for i, st := range stages {
		name := fmt.Sprintf("%s, step %d", st.name, *step)
		if !strings.Contains(name, *only) {
			continue
		}
		if *list {
			fmt.Printf("%3d/%d %s (%d units)\n", i+1, len(stages), st.name, st.units)
			continue
		}
		if s.Units[name] == st.units {
			continue
		}
		p := progress{state: &s, stage: name, heading: fmt.Sprintf("%d/%d", i+1, len(stages)), began: began, units: st.units}
		if err := p.run(st); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if p.stopped {
			fmt.Printf("stopped: %d verdicts compared so far\n", s.Verdicts)
			return nil
		}
	}
	if !*list {
		fmt.Printf("done: %d verdicts compared, none differs; the reference gave %d answers for them, in %.0f s\n", s.Verdicts, s.Asked, s.Seconds)
	}
	return nil
}

// progress runs one stage and tells how far it is.
type progress struct {
	*state
	stage   string
	heading string
	began   time.Time
	units   int
	stopped bool
	shown   time.Time
}

// run runs the units of one stage, a few at the same time. The state is saved
// when a row of them is done.
func (p *progress) run(st stage) error {
	unit, asked, err := st.open()
	if err != nil {
		return err
	}
	row := *parallel * 8
	for from := p.Units[p.stage]; from < p.units; from += row {
		if *duration > 0 && time.Since(p.began) > *duration {
			p.stopped = true
			return p.save()
		}
		start, to := time.Now(), min(from+row, p.units)
		verdicts, err := inParallel(from, to, unit)
		if err != nil {
			return err
		}
		p.Verdicts += int64(verdicts)
		p.Units[p.stage] = to
		p.Seconds += time.Since(start).Seconds()
		if to == p.units {
			p.Asked += asked()
		}
		if to == p.units || time.Since(p.shown) > 5*time.Second {
			p.shown = time.Now()
			fmt.Printf("%s %s %s: %d of %d units, %d verdicts in all\n", time.Now().Format(time.TimeOnly), p.heading, p.stage, to, p.units, p.Verdicts)
			if err := p.save(); err != nil {
				return err
			}
		}
	}
	return nil
}

// inParallel runs units from..to-1 and adds up their verdicts.
func inParallel(from, to int, unit func(i int) (int, error)) (verdicts int, err error) {
	var mu sync.Mutex
	var workers sync.WaitGroup
	next := from
	for range *parallel {
		workers.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				done := i >= to || err != nil
				mu.Unlock()
				if done {
					return
				}
				n, e := unit(i)
				mu.Lock()
				verdicts += n
				if e != nil && err == nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return verdicts, err
}
