package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/internal/trust/overlay"
)

const sample = `package p

const limit = 10

func f(a, b int) (int, bool) {
	if a < b && !g(a) {
		a++
		return a, true
	}
	x := make([]int, 0, 99)
	for range x {
		break
	}
	return min(a, 'c'), false
}
`

// TestMutants wants each kind of change, and no other.
func TestMutants(t *testing.T) {
	list, err := mutantsIn("p.go", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		if text := m.apply([]byte(sample)); string(text) == sample {
			t.Errorf("%v changes nothing", m)
		}
		got = append(got, m.new)
	}
	want := []string{
		"const limit = 11", "const limit = 9",
		"if !(a < b && !g(a)) {", "if a < b || !g(a) {", "if a <= b && !g(a) {", "if a < b && g(a) {",
		"a--", "(removed)", "(removed)", "return true, a", "return a, false",
		"x := make([]int, 1, 99)", "continue",
		"(removed)", "return false, min(a, 'c')", "return max(a, 'c'), false", "return min(a, 'd'), false", "return min(a, 'b'), false",
		"return min(a, 'c'), true",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("mutants are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestReviewedStands wants every entry of the list to be a mutant of the sources
// as they are.
func TestReviewedStands(t *testing.T) {
	root, err := overlay.Root()
	if err != nil {
		t.Fatal(err)
	}
	reviewed, err := readReviewed(filepath.Join(root, "internal/trust/mutate/reviewed.txt"))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for p := range behind {
		list, err := mutantsOf(root, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			there[m.key()] = true
			m.new = "*"
			there[m.key()] = true
		}
	}
	for key := range reviewed {
		if !there[key] {
			t.Errorf("reviewed.txt has what is no mutant any more:\n%s", key)
		}
	}
}
