package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/sluice/internal/trust/overlay"
)

// corpus has the worst inputs of earlier searches, one genome a line.
//
//go:embed corpus.jsonl
var corpus string

// readCorpus returns the kept inputs of each entry point.
func readCorpus() (map[string][]genome, error) {
	known := map[string]space{}
	for _, e := range entries(true) {
		known[e.name] = e.space
	}
	kept := map[string][]genome{}
	for i, line := range strings.Split(strings.TrimSpace(corpus), "\n") {
		var g genome
		if err := json.Unmarshal([]byte(line), &g); err != nil {
			return nil, fmt.Errorf("corpus.jsonl line %d: %w", i+1, err)
		}
		s, ok := known[g.Entry]
		if !ok {
			return nil, fmt.Errorf("corpus.jsonl line %d: no entry point %q", i+1, g.Entry)
		}
		for _, x := range s.genes {
			if !slices.Contains(x.values, g.Genes[x.name]) {
				return nil, fmt.Errorf("corpus.jsonl line %d: %s %q, want one of %q", i+1, x.name, g.Genes[x.name], x.values)
			}
		}
		kept[g.Entry] = append(kept[g.Entry], g)
	}
	return kept, nil
}

func writeCorpus(kept map[string][]genome) error {
	root, err := overlay.Root()
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, e := range entries(true) {
		for _, g := range kept[e.name] {
			line, err := json.Marshal(g)
			if err != nil {
				return err
			}
			b.Write(append(line, '\n'))
		}
	}
	return os.WriteFile(filepath.Join(root, "internal/trust/cost/corpus.jsonl"), []byte(b.String()), 0o644)
}
