package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mutant is one change of one file.
type mutant struct {
	file     string // from the root
	function string // that it is in; empty outside
	line     int
	start    int // byte offsets of what is replaced
	end      int
	text     string // what replaces it
	old, new string // the line before and after, without indent
}

// key names a mutant in lists: it outlives changes elsewhere in the file.
func (m mutant) key() string { return m.file + "\n" + m.function + "\n" + m.old + "\n" + m.new }

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d %s\n- %s\n+ %s", m.file, m.line, m.function, m.old, m.new)
}

// apply returns the file's source with the change made.
func (m mutant) apply(source []byte) []byte {
	out := append([]byte(nil), source[:m.start]...)
	out = append(out, m.text...)
	return append(out, source[m.end:]...)
}

// mutantsOf lists the mutants of a package's files, its tests apart.
func mutantsOf(root, dir string) (list []mutant, err error) {
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		found, err := mutantsIn(filepath.ToSlash(filepath.Join(dir, filepath.Base(path))), source)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

// finder walks one file.
type finder struct {
	fset     *token.FileSet
	file     string
	source   []byte
	function string
	list     []mutant
}

func mutantsIn(name string, source []byte) ([]mutant, error) {
	f := &finder{fset: token.NewFileSet(), file: name, source: source}
	tree, err := parser.ParseFile(f.fset, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range tree.Decls {
		f.function = ""
		switch d := d.(type) {
		case *ast.FuncDecl:
			f.function = d.Name.Name
			if d.Recv != nil {
				t := d.Recv.List[0].Type
				f.function = f.between(t.Pos(), t.End()) + "." + f.function
			}
			if d.Body != nil {
				f.walk(d.Body)
			}
		case *ast.GenDecl:
			if d.Tok == token.CONST || d.Tok == token.VAR {
				f.walk(d)
			}
		}
	}
	return numbered(f.list), nil
}

// numbered gives each mutant a key of its own: the second of a kind in a function
// is in "function #2".
func numbered(list []mutant) []mutant {
	seen := map[string]int{}
	for i := range list {
		k := list[i].key()
		if seen[k]++; seen[k] > 1 {
			list[i].function += fmt.Sprintf(" #%d", seen[k])
		}
	}
	return list
}

func (f *finder) offset(p token.Pos) int { return f.fset.Position(p).Offset }

func (f *finder) between(from, to token.Pos) string {
	return string(f.source[f.offset(from):f.offset(to)])
}

// replace adds the mutant that puts text in place of what stands from..to.
func (f *finder) replace(from, to token.Pos, text string) {
	m := mutant{
		file: f.file, function: f.function, line: f.fset.Position(from).Line,
		start: f.offset(from), end: f.offset(to), text: text,
	}
	first := strings.LastIndexByte(string(f.source[:m.start]), '\n') + 1
	last := m.end + strings.IndexByte(string(f.source[m.end:])+"\n", '\n')
	m.old = oneLine(string(f.source[first:last]))
	m.new = oneLine(string(f.source[first:m.start]) + text + string(f.source[m.end:last]))
	if m.new == "" {
		m.new = "(removed)"
	}
	f.list = append(f.list, m)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (f *finder) walk(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case ast.Expr:
			return f.expression(n)
		case ast.Stmt:
			f.statement(n)
		}
		return true
	})
}

// number adds the neighbours of a literal.
func (f *finder) number(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT:
		if v, err := strconv.ParseUint(strings.ReplaceAll(n.Value, "_", ""), 0, 64); err == nil {
			f.replace(n.Pos(), n.End(), strconv.FormatUint(v+1, 10))
			if v > 0 {
				f.replace(n.Pos(), n.End(), strconv.FormatUint(v-1, 10))
			}
		}
	case token.CHAR:
		if c, _, _, err := strconv.UnquoteChar(n.Value[1:], '\''); err == nil && c > 0 {
			f.replace(n.Pos(), n.End(), strconv.QuoteRune(c+1))
			f.replace(n.Pos(), n.End(), strconv.QuoteRune(c-1))
		}
	}
}
