package reference_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestApart holds the reference apart from what it checks: it imports no package
// that decides, and calls no predicate that the engine could call, too.
func TestApart(t *testing.T) {
	imports := []string{"example.com/sluice/rule", "go4.org/netipx", "net/netip", "slices", "strings"}
	predicates := []string{
		"Contains", "ContainsRange", "ContainsPrefix", "IsAny", "HasPorts", "Duplicates", "Overlaps", "Masked",
		"Unmap", "Is4In6", "Compare", "Less", "Prefixes", "Params", "String",
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob(*.go) = %v, %v, want the package's files", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			if path, _ := strconv.Unquote(i.Path.Value); !slices.Contains(imports, path) {
				t.Errorf("%s imports %s, want only %v", name, path, imports)
			}
		}
		builder := map[string]bool{} // strings.Builder's String is no predicate
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				if s, ok := v.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Builder" {
					builder[v.Names[0].Name] = true
				}
			}
			s, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(predicates, s.Sel.Name) {
				return true
			}
			if x, ok := s.X.(*ast.Ident); !ok || !builder[x.Name] {
				t.Errorf("%s: uses %s: want the reference to judge by itself", fset.Position(s.Pos()), s.Sel.Name)
			}
			return true
		})
	}
}
