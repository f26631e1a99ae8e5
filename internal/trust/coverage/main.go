// Coverage is a gate: every function of rule, cidr and match is covered to the
// last statement by its package's own tests, and ecs, audit and cmd/sluice to 95
// in 100.
//
//	go run ./internal/trust/coverage
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"example.com/sluice/internal/trust/overlay"
)

// gates list what is asked of each package: of each function, or of the whole.
var gates = []struct {
	dir          string
	eachFunction bool
	percent      float64
}{
	{"rule", true, 100}, {"cidr", true, 100}, {"match", true, 100},
	{"ecs", false, 95}, {"audit", false, 95}, {"cmd/sluice", false, 95},
}

func main() {
	below, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(2)
	}
	if below > 0 {
		os.Exit(1)
	}
}

func run() (below int, err error) {
	root, err := overlay.Root()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "coverage")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	for _, g := range gates {
		covered, err := functions(filepath.Join(root, g.dir), filepath.Join(dir, "profile"))
		if err != nil {
			return below, fmt.Errorf("%s: %w", g.dir, err)
		}
		for _, f := range covered {
			if (g.eachFunction || f.name == total) && f.percent < g.percent {
				below++
				fmt.Printf("BELOW %s %s: %.1f%%, want %.0f%%\n", f.place, f.name, f.percent, g.percent)
			}
		}
		whole := covered[len(covered)-1]
		fmt.Printf("%5.1f%% %s, %d functions\n", whole.percent, g.dir, len(covered)-1)
	}
	return below, nil
}

// function is one line of go tool cover.
type function struct {
	place, name string
	percent     float64
}

// total is the name under which the whole package comes last.
const total = "(statements)"

// functions tests the package in dir and returns what is covered.
func functions(dir, profile string) (list []function, err error) {
	tests := exec.Command("go", "test", "-coverprofile", profile, ".")
	tests.Dir = dir
	if out, err := tests.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	cover := exec.Command("go", "tool", "cover", "-func", profile)
	cover.Dir = dir
	out, err := cover.Output()
	if err != nil {
		return nil, fmt.Errorf("go tool cover: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		if len(words) != 3 {
			return nil, fmt.Errorf("go tool cover printed %q, want PLACE NAME PERCENT", line)
		}
		percent, err := strconv.ParseFloat(strings.TrimSuffix(words[2], "%"), 64)
		if err != nil {
			return nil, fmt.Errorf("go tool cover printed %q: %w", line, err)
		}
		list = append(list, function{words[0], words[1], percent})
	}
	if len(list) < 2 || list[len(list)-1].name != total {
		return nil, fmt.Errorf("go tool cover printed %q, want functions and their total", out)
	}
	return list, nil
}
