// Cost searches for inputs that cost most for their size, at every entry point
// that takes text or rules from outside, and holds each to a stated bound on time
// and memory:
//
//	go run ./internal/trust/cost              # all entry points, some minutes
//	go run ./internal/trust/cost -only Lint   # those with Lint in their name
//	go run ./internal/trust/cost -security    # renew the table in SECURITY.md
//	go run ./internal/trust/cost -keep        # add what costs more to corpus.jsonl
//
// The search tries the kept inputs, then random ones, then changes the worst of
// them step by step. Time is CPU time in units of a calibration loop, so that a
// bound also holds on a slower machine. The table says for each entry point the
// size of the input, the bound, the worst seen as a share of the bound, and the
// input that it was. A cost beyond its bound is exit status 1, one that does not
// end at all is 3.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

var (
	only     = flag.String("only", "", "entry points only that have this in their name")
	quick    = flag.Bool("quick", false, "small inputs, as go test takes them")
	budget   = flag.Duration("for", 5*time.Second, "how long to search at each entry point")
	seed     = flag.Uint64("seed", 1, "of the random inputs")
	keep     = flag.Bool("keep", false, "add inputs that cost more than the kept ones to the corpus")
	security = flag.Bool("security", false, "write the table of bounds into SECURITY.md and measure nothing")
)

func main() {
	flag.Parse()
	beyond, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cost:", err)
		os.Exit(2)
	}
	if beyond > 0 {
		os.Exit(1)
	}
}

func run() (beyond int, err error) {
	if *security {
		return 0, renewSecurity()
	}
	defer cleanUp()
	kept, err := readCorpus()
	if err != nil {
		return 0, err
	}
	tried := 0
	fmt.Printf("calibration: %v here, %v on the machine of the bounds\n", calibrate(), reference)
	for _, e := range entries(!*quick) {
		if !strings.Contains(e.name, *only) {
			continue
		}
		n := e.long
		if *quick {
			n = e.quick
		}
		s := search{entry: e, size: n, chance: rand.New(rand.NewPCG(*seed, 0))}
		s.run(kept[e.name], *budget)
		tried++
		for _, w := range []*worst{&s.time, &s.memory} {
			if w.beyond(e.bound, n) {
				beyond++
				fmt.Print("BEYOND ")
			}
			fmt.Printf("%s of %d %ss: at most %s; worst of %d: %s\n", e.name, n, e.unit, e.bound.of(n), s.tried, w.tell(e, n))
		}
		if *keep {
			kept[e.name] = s.kept(kept[e.name])
		}
	}
	if tried == 0 {
		return 0, fmt.Errorf("no entry point has %q in its name", *only)
	}
	if *keep {
		return beyond, writeCorpus(kept)
	}
	return beyond, nil
}
