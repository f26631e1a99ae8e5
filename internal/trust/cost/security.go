package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/sluice/internal/trust/overlay"
)

// The table of bounds stands between these lines of SECURITY.md.
const (
	tableBegins = "<!-- bounds: written by go run ./internal/trust/cost -security -->"
	tableEnds   = "<!-- end of bounds -->"
)

func securityTable() string {
	var b strings.Builder
	b.WriteString("| call | largest input | time at most | memory at most |\n|---|---|---|---|\n")
	for _, e := range entries(true) {
		onTime, onMemory := e.bound.told(e.unit)
		if e.times > 0 {
			onTime += ", one packet"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", e.name, e.most, onTime, onMemory)
	}
	return b.String()
}

// withTable puts the table between the two lines of the document.
func withTable(document string) (string, error) {
	head, rest, ok1 := strings.Cut(document, tableBegins+"\n")
	_, tail, ok2 := strings.Cut(rest, tableEnds+"\n")
	if !ok1 || !ok2 {
		return "", fmt.Errorf("SECURITY.md: want a line %q and a line %q", tableBegins, tableEnds)
	}
	return head + tableBegins + "\n" + securityTable() + tableEnds + "\n" + tail, nil
}

func renewSecurity() error {
	root, err := overlay.Root()
	if err != nil {
		return err
	}
	path := filepath.Join(root, "SECURITY.md")
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := withTable(string(document))
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
