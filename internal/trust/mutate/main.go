// Mutate tests the tests: it changes one operator, constant, condition or
// statement of a package at a time and wants some test to fail.
//
//	go run ./internal/trust/mutate                  # everything; an hour on two cores
//	go run ./internal/trust/mutate -n 100 -seed 7   # a sample
//	go run ./internal/trust/mutate -packages ecs,audit,cmd/sluice -sample 400 -seed 7 -state FILE
//
// A mutant is killed when a test of its own package fails, or else one of those
// that stand behind it; a test that does not end kills, too. What survives is
// either a gap in the tests or stands, with the reason why nobody can see it, in
// reviewed.txt beside this file. With -state, a run that was stopped goes on
// where it was; results of files that have changed since do not count.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/sluice/internal/trust/overlay"
)

var (
	packages = flag.String("packages", "rule,cidr,match", "the packages to change, with commas; ecs, audit and cmd/sluice are known, too")
	only     = flag.String("only", "", "change files only whose path has this in it")
	number   = flag.Int("n", 0, "how many mutants; 0: all")
	perEach  = flag.Int("sample", 0, "how many mutants of each package; 0: all")
	seed     = flag.Uint64("seed", 1, "which mutants, and in which order")
	parallel = flag.Int("parallel", 2, "how many at once")
	stateIn  = flag.String("state", "", "file to keep results in")
	duration = flag.Duration("for", 0, "begin no further mutant after this time; 0: no end")
	quick    = flag.Bool("quick", false, "leave out the last tests behind a package, which take longest; -state keeps no survivor of it")
	list     = flag.Bool("list", false, "print the mutants and run nothing")
)

// behind lists for each package the tests that may see its faults, quickest
// first: packages, and flags of go test.
var behind = map[string][]string{
	"rule":  {"./rule", "./internal/gen ./match ./ecs", "./fuzz"},
	"cidr":  {"./cidr", "./match", "./fuzz"},
	"match": {"./match", "./fuzz"},

	"ecs":        {"./ecs -skip=" + overlay.Clocks + "|" + slowECS, "./ecs -run=" + slowECS, "./cmd/sluice ./fuzz"},
	"audit":      {"./audit -skip=" + overlay.Clocks + "|" + slowAudit, "./fuzz -run=Audit|Lint|Diff|Find", "./audit -run=" + slowAudit, "./cmd/sluice"},
	"cmd/sluice": {"./cmd/sluice"},
}

// Tests that take most of the time of their packages, and see few faults that
// others do not.
const (
	slowECS   = "^(TestReplyBytesChanged|TestReplyCutAnywhere|TestLargestReply|TestHugeReply|TestRequestsCostLinear|TestPagesAreLinear|TestRegionIsLinear)"
	slowAudit = "^(TestGrowth|TestEndsSoon|TestWholeAnswerOrBoundError|TestWitnessesAtLarge)"
)

// A package's own short tests take a second; the others may take some.
const (
	ownTimeout   = 40 * time.Second
	otherTimeout = 5 * time.Minute
)

func main() {
	flag.Parse()
	survivors, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

func run() (survivors int, err error) {
	root, err := overlay.Root()
	if err != nil {
		return 0, err
	}
	reviewed, err := readReviewed(filepath.Join(root, "internal/trust/mutate/reviewed.txt"))
	if err != nil {
		return 0, err
	}
	var mutants []mutant
	for _, p := range strings.Split(*packages, ",") {
		if behind[p] == nil {
			return 0, fmt.Errorf("package %q: want some of %q", p, slices.Sorted(maps.Keys(behind)))
		}
		found, err := mutantsOf(root, p)
		if err != nil {
			return 0, err
		}
		mutants = append(mutants, chosen(found, *perEach)...)
	}
	mutants = chosen(mutants, *number)
	if *list {
		for _, m := range mutants {
			fmt.Println(m)
		}
		return 0, nil
	}
	if err := passes(root); err != nil {
		return 0, err
	}
	b := bench{root: root, reviewed: reviewed}
	if err := b.open(*stateIn); err != nil {
		return 0, err
	}
	return b.all(mutants)
}

// testsBehind returns the tests to ask about a package.
func testsBehind(dir string) []string {
	if tests := behind[dir]; *quick && len(tests) > 1 {
		return tests[:len(tests)-1]
	}
	return behind[dir]
}

// passes wants the tests to pass on the sources as they are: tests that fail
// anyway kill nothing.
func passes(root string) error {
	for _, p := range strings.Split(*packages, ",") {
		for _, tests := range testsBehind(p) {
			run := overlay.Tests{Root: root, Packages: strings.Fields(tests), Short: true, Timeout: otherTimeout}
			if outcome, out, err := run.Run(nil); err != nil || outcome != overlay.Passed {
				return fmt.Errorf("without a mutant the tests of %s end with %s, %v:\n%s", tests, outcome, err, out)
			}
		}
	}
	return nil
}

// chosen draws so many of the mutants, in an order that the seed says.
func chosen(mutants []mutant, most int) []mutant {
	mutants = slices.DeleteFunc(mutants, func(m mutant) bool { return !strings.Contains(m.file, *only) })
	rand.New(rand.NewPCG(*seed, 0)).Shuffle(len(mutants), func(i, j int) { mutants[i], mutants[j] = mutants[j], mutants[i] })
	if most > 0 && most < len(mutants) {
		mutants = mutants[:most]
	}
	return mutants
}

// bench runs mutants and keeps what became of them.
type bench struct {
	root     string
	reviewed map[string]string

	mu    sync.Mutex
	done  map[string]result
	state *os.File // nil: none kept
	tally score
}

func (b *bench) open(path string) (err error) {
	b.done = map[string]result{}
	if path == "" {
		return nil
	}
	if b.done, err = readState(path); err != nil {
		return err
	}
	b.state, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return err
}

// all runs the mutants and returns how many survived unreviewed.
func (b *bench) all(mutants []mutant) (survivors int, err error) {
	began := time.Now()
	work := make(chan mutant)
	errs := make(chan error, *parallel)
	var workers sync.WaitGroup
	for range *parallel {
		workers.Go(func() {
			for m := range work {
				if err := b.one(m); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	left := len(mutants)
	for _, m := range mutants {
		if *duration > 0 && time.Since(began) > *duration {
			break
		}
		select {
		case work <- m:
			left--
			continue
		case err = <-errs:
		}
		break
	}
	close(work)
	workers.Wait()
	if err != nil {
		return 0, err
	}
	b.tally.left = left
	fmt.Println(b.tally)
	return b.tally.survived, nil
}

// one finds out about a mutant, unless an earlier run has.
func (b *bench) one(m mutant) error {
	source, err := os.ReadFile(filepath.Join(b.root, m.file))
	if err != nil {
		return err
	}
	if m.end > len(source) {
		return fmt.Errorf("%s has changed meanwhile", m.file)
	}
	text := m.apply(source)
	hash := sha256.Sum256(append([]byte(m.file), text...))
	sum := hex.EncodeToString(hash[:8])
	b.mu.Lock()
	r, known := b.done[sum]
	b.mu.Unlock()
	if !known {
		r = result{Sum: sum, Key: m.key()}
		timeout := ownTimeout
		for _, tests := range testsBehind(filepath.Dir(m.file)) {
			run := overlay.Tests{Root: b.root, Packages: strings.Fields(tests), Short: true, Timeout: timeout}
			timeout = otherTimeout
			if r.Outcome, _, err = run.Run(map[string][]byte{m.file: text}); err != nil {
				return err
			}
			if r.Outcome != overlay.Passed {
				r.By = tests
				break
			}
		}
	}
	return b.keep(m, r, known)
}

func (b *bench) keep(m mutant, r result, known bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	why, isReviewed := whyReviewed(b.reviewed, m)
	b.tally.add(r.Outcome, isReviewed)
	switch {
	case r.Outcome == overlay.Passed && !isReviewed:
		fmt.Printf("SURVIVES %v\n", m)
	case r.Outcome != overlay.Passed && r.Outcome != overlay.Unbuilt && isReviewed && b.reviewed[m.key()] != "":
		fmt.Printf("killed by the tests of %s, though reviewed (%s): %v\n", r.By, why, m)
	}
	if known || b.state == nil || *quick && r.Outcome == overlay.Passed {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = b.state.Write(append(line, '\n'))
	return err
}

// score counts outcomes.
type score struct{ killed, timeouts, reviewed, survived, unviable, left int }

func (s *score) add(o overlay.Outcome, reviewed bool) {
	switch {
	case o == overlay.Unbuilt:
		s.unviable++
	case o == overlay.TimedOut:
		s.timeouts++
		s.killed++
	case o == overlay.Failed:
		s.killed++
	case reviewed:
		s.reviewed++
	default:
		s.survived++
	}
}

func (s score) String() string {
	return fmt.Sprintf("%d mutants: %d killed (%d of them by never ending), %d reviewed as equivalent, %d survive; %d more do not compile, %d not run",
		s.killed+s.reviewed+s.survived, s.killed, s.timeouts, s.reviewed, s.survived, s.unviable, s.left)
}
