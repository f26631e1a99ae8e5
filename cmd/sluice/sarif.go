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
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// writeSARIF writes findings as one SARIF 2.1.0 document with one run.
func writeSARIF(w *bufio.Writer, rules ruleset, findings []audit.Finding) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(newSARIF(rules, findings))
}

func newSARIF(rules ruleset, findings []audit.Finding) *sarif.Report {
	driver := sarif.NewToolComponent().WithName("sluice")
	for _, k := range kinds {
		driver.AddRule(sarif.NewRule(string(k.code)).WithDescription(k.title + ".").
			WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(k.code.Severity().String())))
	}
	run := sarif.NewRun().WithTool(sarif.NewTool().WithDriver(driver)).WithColumnKind("unicodeCodePoints")
	places := newLocator(rules)
	for _, f := range findings {
		run.AddResult(newResult(f, places, run.GetRuleIndex(string(f.Code))))
	}
	return sarif.NewReport().AddRun(run)
}

// newResult is one finding. The rules that it is by are related locations.
func newResult(f audit.Finding, places locator, ruleIndex int) *sarif.Result {
	text := fmt.Sprintf("Rule %s %s: %s.\n%s", placeText(f.Rule), f.Message, f.Remedy, f.Rule)
	r := sarif.NewRuleResult(string(f.Code)).WithRuleIndex(ruleIndex).WithLevel(f.Severity().String()).
		WithMessage(message(text)).
		AddLocation(location(places, f.Rule))
	for i, by := range f.By {
		r.AddRelatedLocation(location(places, by).WithID(i).WithMessage(message("by " + placeText(by) + " " + by.Rule.String())))
	}
	if f.HasWitness {
		r.WithProperties(sarif.NewPropertyBag().Add("witness", f.Witness.String()))
	}
	return r
}

// message is a text in which braces are no placeholders.
func message(text string) *sarif.Message {
	return sarif.NewTextMessage(strings.NewReplacer("{", "{{", "}", "}}").Replace(text))
}

// location tells where a rule stands: in the group, and in the file, unless that
// is standard input, which no one can open.
func location(places locator, r match.Ref) *sarif.Location {
	at := places.find(r)
	name := placeText(r)
	logical := sarif.NewLogicalLocation().WithName(name).WithFullyQualifiedName(name)
	if at.Pointer != "" {
		logical.WithFullyQualifiedName(at.Pointer).WithKind("object")
	}
	l := sarif.NewLocation().AddLogicalLocation(logical)
	if at.File == stdinName || at.Line == 0 {
		return l
	}
	region := sarif.NewSimpleRegion(at.Line, at.EndLine).WithStartColumn(at.Column).WithEndColumn(at.EndColumn)
	return l.WithPhysicalLocation(sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewSimpleArtifactLocation(fileURI(at.File))).
		WithRegion(region))
}

// fileURI is a file's name as a URI: relative where the name is.
func fileURI(path string) string {
	u := url.URL{Path: filepath.ToSlash(path)}
	if filepath.IsAbs(path) {
		u.Scheme = "file"
	}
	return u.String()
}
