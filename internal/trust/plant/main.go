// Plant puts bugs into the sources, one at a time and without touching them, and
// wants the tests to catch each:
//
//	go run ./internal/trust/plant                  # all of testdata/planted
//	go run ./internal/trust/plant -n 3 -seed abc   # three of them, as the text says
//	go run ./internal/trust/plant tie              # those with tie in their name
//
// The tests of the bug's own package go first, then those of the whole module.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/sluice/internal/trust/overlay"
)

var (
	number = flag.Int("n", 0, "how many bugs; 0: all")
	seed   = flag.String("seed", "", "any text: it says which bugs, and in which order")
)

func main() {
	flag.Parse()
	missed, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "plant:", err)
		os.Exit(2)
	}
	if missed > 0 {
		os.Exit(1)
	}
}

func run() (missed int, err error) {
	root, err := overlay.Root()
	if err != nil {
		return 0, err
	}
	bugs, err := readBugs(filepath.Join(root, "testdata/planted"))
	if err != nil {
		return 0, err
	}
	bugs = chosen(bugs)
	if len(bugs) == 0 {
		return 0, fmt.Errorf("no bug has %q in its name", flag.Args())
	}
	for _, b := range bugs {
		began := time.Now()
		by, err := caughtBy(root, b)
		if err != nil {
			return missed, fmt.Errorf("%s: %w", b.name, err)
		}
		if by == "" {
			missed++
			fmt.Printf("NOT CAUGHT %s: %s\n", b.name, b.why)
			continue
		}
		fmt.Printf("caught in %2.0f s by %-8s %s: %s\n", time.Since(began).Seconds(), by, b.name, b.why)
	}
	fmt.Printf("%d of %d planted bugs caught\n", len(bugs)-missed, len(bugs))
	return missed, nil
}

func chosen(bugs []bug) []bug {
	var named []bug
	for _, b := range bugs {
		if flag.NArg() == 0 {
			named = append(named, b)
		}
		for _, part := range flag.Args() {
			if strings.Contains(b.name, part) {
				named = append(named, b)
				break
			}
		}
	}
	if *number > 0 && *number < len(named) {
		h := fnv.New64a()
		h.Write([]byte(*seed))
		rand.New(rand.NewPCG(h.Sum64(), 0)).Shuffle(len(named), func(i, j int) { named[i], named[j] = named[j], named[i] })
		named = named[:*number]
	}
	return named
}

// caughtBy returns the packages whose tests fail with the bug in; none is "".
func caughtBy(root string, b bug) (string, error) {
	source, err := os.ReadFile(filepath.Join(root, b.file))
	if err != nil {
		return "", err
	}
	text, err := b.apply(string(source))
	if err != nil {
		return "", err
	}
	for _, packages := range []string{"./" + filepath.ToSlash(filepath.Dir(b.file)), "./fuzz", "./..."} {
		tests := overlay.Tests{Root: root, Packages: []string{packages}, Timeout: 5 * time.Minute}
		outcome, out, err := tests.Run(map[string][]byte{b.file: []byte(text)})
		switch {
		case err != nil:
			return "", err
		case outcome == overlay.Unbuilt:
			return "", fmt.Errorf("it does not compile: %s", out)
		case outcome != overlay.Passed:
			return packages, passes(root, packages)
		}
	}
	return "", nil
}

// passing has the packages whose tests pass without a bug.
var passing = map[string]bool{}

// passes wants the tests of packages to pass on the sources as they are: tests that
// fail anyway catch nothing.
func passes(root, packages string) error {
	if passing[packages] {
		return nil
	}
	tests := overlay.Tests{Root: root, Packages: []string{packages}, Timeout: 5 * time.Minute}
	outcome, out, err := tests.Run(nil)
	if err == nil && outcome != overlay.Passed {
		err = fmt.Errorf("without it the tests of %s end with %s:\n%s", packages, outcome, out)
	}
	passing[packages] = err == nil
	return err
}
