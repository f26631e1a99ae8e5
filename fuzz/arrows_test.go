package fuzz

import (
	"go/parser"
	"go/token"
	"io/fs"
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
	"internal/linear":     {}, // for tests only
	"match":               {"cidr", "rule", "internal/strictjson", "go4.org/netipx"},
	"audit":               {"match", "rule", "go4.org/netipx"},
	"ecs":                 {"rule", "internal/strictjson"},
	"internal/reference":  {"rule", "go4.org/netipx"},
	"internal/gen":        {"rule", "go4.org/netipx", "pgregory.net/rapid"}, // for tests only
}

// TestArrowsAreComplete finds every package of the library's module: one that
// is not listed could import anything. Those of internal/trust check the others
// and are imported by none.
func TestArrowsAreComplete(t *testing.T) {
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || path == ".." {
			return err
		}
		dir := strings.TrimPrefix(filepath.ToSlash(path), "../")
		_, noModule := os.Stat(filepath.Join(path, "go.mod"))
		if noModule == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || dir == "internal/trust" || dir == "fuzz" {
			return filepath.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err != nil || len(files) == 0 {
			return err
		}
		found++
		if _, ok := arrows[dir]; !ok {
			t.Errorf("package %s is not among the arrows", dir)
		}
		return nil
	})
	if err != nil || found != len(arrows) {
		t.Errorf("%d packages, %v, want the %d of the arrows", found, err, len(arrows))
	}
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
