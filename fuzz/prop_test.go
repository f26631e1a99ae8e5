package fuzz

import (
	"encoding/binary"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A property is a claim about whatever rapid draws; its name is the claim. Each
// stands once as a function propX, and has two drivers: TestProperties, and the
// native fuzz target FuzzPropX.
type property struct {
	name  string
	check func(t *rapid.T, m met)
	meets []string // what one check in twenty must meet, for the claim to say anything
}

// met counts what the checks of a property met.
type met map[string]int

func (m met) saw(class string, holds bool) {
	if holds {
		m[class]++
	}
}

// properties are all of them, by subject.
var properties = slices.Concat(orderProperties, changeProperties, symmetryProperties, memberProperties,
	tableProperties, entryProperties, textProperties, wireProperties)

// enough is how many checks tell a class that a property does not meet from one
// that a hundred happened to miss.
const enough = 2000

// TestProperties checks every property, and that its checks were not empty ones:
// where they met too little, it goes on until they have or are enough.
func TestProperties(t *testing.T) {
	if len(properties) < 30 {
		t.Errorf("%d properties, want 30", len(properties))
	}
	for _, p := range properties {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			m, checks := met{}, 0
			few := func(class string) bool { return 20*m[class] < checks }
			for checks == 0 || checks < enough && slices.ContainsFunc(p.meets, few) {
				rapid.Check(t, func(t *rapid.T) {
					checks++
					p.check(t, m)
				})
			}
			for _, class := range p.meets {
				if few(class) {
					t.Errorf("%d checks met %q %d times, want a twentieth of them", checks, class, m[class])
				}
			}
			if testing.Verbose() {
				t.Log(m)
			}
		})
	}
}

// fuzzed is the native driver. Its seeds are random bits, as many as a small
// world takes.
func fuzzed(f *testing.F, check func(t *rapid.T, m met)) {
	s := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		var seed []byte
		for range 32 << 10 / 8 {
			seed = binary.LittleEndian.AppendUint64(seed, s.Uint64())
		}
		f.Add(seed)
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { check(t, met{}) }))
}

// TestEveryPropertyHasBothDrivers reads this package's source: a property that
// is not listed, or has no fuzz target, would be checked by nobody.
func TestEveryPropertyHasBothDrivers(t *testing.T) {
	var functions, targets, listed []string
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if name, ok := strings.CutPrefix(fn.Name.Name, "prop"); ok && fn.Recv == nil {
				functions = append(functions, name)
			}
			if name, ok := strings.CutPrefix(fn.Name.Name, "FuzzProp"); ok {
				targets = append(targets, name)
			}
		}
	}
	for _, p := range properties {
		listed = append(listed, p.name)
	}
	slices.Sort(functions)
	slices.Sort(targets)
	slices.Sort(listed)
	if !slices.Equal(functions, listed) {
		t.Errorf("functions propX: %q\nlisted:          %q\nwant them the same", functions, listed)
	}
	if !slices.Equal(targets, listed) {
		t.Errorf("targets FuzzPropX: %q\nlisted:            %q\nwant them the same", targets, listed)
	}
}
