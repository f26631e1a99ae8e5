package fuzz

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "example.com/sluice"

// arrows lists what each package of the library may import beside the standard
// library, its tests apart: one way, no cycle.
var arrows = map[string][]string{
	"rule":                {},
	"cidr":                {},
	"internal/strictjson": {},
	"match":               {"cidr", "rule", "internal/strictjson", "go4.org/netipx"},
	"audit":               {"match", "rule", "go4.org/netipx"},
	"ecs":                 {"rule", "internal/strictjson"},
	"internal/reference":  {"rule", "go4.org/netipx"},
}

func TestArrowsPointOneWay(t *testing.T) {
	for dir, allowed := range arrows {
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf("package %s has no files: %v", dir, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, path := range imports(t, file) {
				ours := strings.TrimPrefix(path, module+"/")
				if strings.Contains(path, ".") && !slices.Contains(allowed, ours) {
					t.Errorf("%s imports %s, want the standard library and %q", file, path, allowed)
				}
			}
		}
	}
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range f.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// The library requires netipx, and its tests go-cmp and rapid: nothing else.
func TestThreeDependencies(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9./-]+) v\S+( // indirect)?$`).FindAllStringSubmatch(string(mod), -1) {
		if m[2] == "" {
			got = append(got, m[1])
		}
	}
	want := []string{"github.com/google/go-cmp", "go4.org/netipx", "pgregory.net/rapid"}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("go.mod requires %q, want %q", got, want)
	}
}
