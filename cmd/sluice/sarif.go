package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"example.com/sluice/audit"
	"example.com/sluice/match"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// writeSARIF writes findings as one SARIF 2.1.0 document with one run. Accepted
// findings are in it, suppressed.
func writeSARIF(w *bufio.Writer, r report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(newSARIF(r))
}

func newSARIF(r report) sarifLog {
	driver := sarifDriver{Name: "sluice", Version: toolVersion(buildInfo()), Rules: []sarifRule{}}
	index := map[audit.Code]int{}
	for i, k := range kinds {
		index[k.code] = i
		driver.Rules = append(driver.Rules, sarifRule{
			ID:               string(k.code),
			ShortDescription: sarifText{k.title + "."},
			FullDescription:  sarifText{k.help},
			Help:             sarifText{k.help},
			Configuration:    sarifConfiguration{k.code.Severity().String()},
		})
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	places := newLocator(r.rules)
	add := func(f audit.Finding, suppressions ...sarifSuppression) {
		result := newResult(f, places)
		if i, known := index[f.Code]; known {
			result.RuleIndex = &i
		}
		if r.judged { // all results tell of suppressions, or none does
			all := append([]sarifSuppression{}, suppressions...)
			result.Suppressions = &all
		}
		run.Results = append(run.Results, result)
	}
	for _, f := range r.findings {
		add(f)
	}
	for _, f := range r.accepted {
		add(f.Finding, sarifSuppression{Kind: "external", Status: "accepted", Justification: f.reason})
	}
	return sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}
}

// newResult is one finding. The rules that it is by are related locations.
func newResult(f audit.Finding, places locator) sarifResult {
	text := fmt.Sprintf("Rule %s %s.", placeText(f.Rule), f.Message)
	if f.Remedy != "" {
		text += " Remedy: " + f.Remedy + "."
	}
	r := sarifResult{
		RuleID:    string(f.Code),
		Level:     f.Severity().String(),
		Message:   message(text + "\n" + f.Rule.String()),
		Locations: []sarifLocation{location(places, f.Rule)},
	}
	for i, by := range f.By {
		l, text := location(places, by), message("by "+by.String())
		l.ID, l.Message = &i, &text
		r.RelatedLocations = append(r.RelatedLocations, l)
	}
	if f.HasWitness {
		r.Properties = map[string]string{"witness": f.Witness.String()}
	}
	return r
}

// message is a text in which braces are no placeholders.
func message(text string) sarifText {
	return sarifText{strings.NewReplacer("{", "{{", "}", "}}").Replace(text)}
}

// location tells where a rule stands: in the group, and in the file, unless that
// is standard input, which no one can open.
func location(places locator, r match.Ref) sarifLocation {
	at := places.find(r)
	logical := sarifLogicalLocation{Name: placeText(r), FullyQualifiedName: placeText(r)}
	if at.Pointer != "" {
		logical.FullyQualifiedName, logical.Kind = at.Pointer, "object"
	}
	l := sarifLocation{LogicalLocations: []sarifLogicalLocation{logical}}
	if at.File != stdinName && at.Line != 0 {
		l.PhysicalLocation = &sarifPhysicalLocation{
			ArtifactLocation: sarifArtifactLocation{fileURI(at.File)},
			Region:           sarifRegion{at.Line, at.Column, at.EndLine, at.EndColumn},
		}
	}
	return l
}

// fileURI is a file's name as a URI: relative where the name is.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
