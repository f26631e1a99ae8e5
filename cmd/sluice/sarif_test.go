package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/sluice/ecs"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// validSARIF checks a document against the schema of SARIF 2.1.0.
func validSARIF(t *testing.T, r *sarif.Report) {
	t.Helper()
	fillEmpty(reflect.ValueOf(r))
	for _, run := range r.Runs { // the schema's defaults
		run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
	}
	if err := r.Validate(); err != nil {
		t.Errorf("the document does not follow the schema: %v", err)
	}
}

// fillEmpty makes empty lists of those that are not there: the package writes them
// as null, which the schema forbids.
func fillEmpty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillEmpty(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillEmpty(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			fillEmpty(v.Index(i))
		}
	}
}

// readSARIF reads a document back, strictly.
func readSARIF(t *testing.T, text string) *sarif.Run {
	t.Helper()
	var raw map[string]any
	if err := json.Unmarshal([]byte(text), &raw); err != nil || raw["version"] != "2.1.0" {
		t.Fatalf("version %v, %v, want one document of version 2.1.0", raw["version"], err)
	}
	r, err := sarif.FromString(text, sarif.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	validSARIF(t, r)
	if len(r.Runs) != 1 {
		t.Fatalf("%d runs, want one", len(r.Runs))
	}
	return r.Runs[0]
}

// One document for all the files of a run, each finding at its rule's place.
func TestSARIF(t *testing.T) {
	requests := file(t, every)
	none := file(t, `{"sg-none":[]}`)
	args := []string{"-g", draft, "-g", requests, "--members", none}
	got := sluice("", append([]string{"lint", "--sarif"}, args...)...)
	if got.status != statusFound || got.stderr != "" {
		t.Fatalf("lint --sarif: status %d, message %q, want 1 and none", got.status, got.stderr)
	}
	run := readSARIF(t, got.stdout)
	lines := strings.Split(strings.TrimSpace(sluice("", append([]string{"lint", "--json"}, args...)...).stdout), "\n")
	if len(run.Results) != len(lines) || *run.Tool.Driver.Name != "sluice" {
		t.Fatalf("%d results of %s, want %d of sluice", len(run.Results), *run.Tool.Driver.Name, len(lines))
	}
	for i, r := range run.Results {
		var f struct {
			Code    string
			Rule    ruleJSON
			By      []ruleJSON
			Witness string
			Message string
			Remedy  string
			Level   string
		}
		if err := json.Unmarshal([]byte(strings.Replace(lines[i], `"by":"default"`, `"by":null`, 1)), &f); err != nil {
			t.Fatal(err)
		}
		descriptor := run.Tool.Driver.Rules[r.RuleIndex]
		if *r.RuleID != f.Code || *descriptor.ID != f.Code || descriptor.DefaultConfiguration.Level != r.Level {
			t.Errorf("result %d: rule %s, descriptor %s, level %s; want %s and the descriptor's level %s", i, *r.RuleID, *descriptor.ID, r.Level, f.Code, descriptor.DefaultConfiguration.Level)
		}
		if !strings.Contains(*r.Message.Text, f.Message) || !strings.Contains(*r.Message.Text, " Remedy: "+f.Remedy+".") || r.Level != f.Level {
			t.Errorf("result %d: level %s, message %q, want %s and in it %q and %q", i, r.Level, *r.Message.Text, f.Level, f.Message, f.Remedy)
		}
		if witness := ""; r.Properties != nil {
			if witness, _ = r.Properties.Properties["witness"].(string); witness != f.Witness {
				t.Errorf("result %d: witness %q, want %q", i, witness, f.Witness)
			}
		}
		if len(r.Locations) != 1 || len(r.RelatedLocations) != len(f.By) {
			t.Fatalf("result %d: %d locations, %d related, want 1 and %d", i, len(r.Locations), len(r.RelatedLocations), len(f.By))
		}
		standsAt(t, r.Locations[0], f.Rule)
		for k, by := range f.By {
			standsAt(t, r.RelatedLocations[k], by)
		}
	}
}

// standsAt checks that a location is the place of a rule, by what its file has
// there.
func standsAt(t *testing.T, l *sarif.Location, r ruleJSON) {
	t.Helper()
	p := l.PhysicalLocation
	path := strings.TrimPrefix(*p.ArtifactLocation.URI, "file://")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := cut(t, data, ecs.Place{Line: *p.Region.StartLine, Column: *p.Region.StartColumn, EndLine: *p.Region.EndLine, EndColumn: *p.Region.EndColumn})
	want, pointer := fmt.Sprintf(`{"SecurityGroupRuleId": %q, `, r.ID), fmt.Sprintf("/Permissions/Permission/%d", r.Index)
	if r.ID == "" {
		want, pointer = strings.Split(every, "\n")[r.Index], fmt.Sprintf("%s[%d]", r.Group, r.Index)
	}
	logical := l.LogicalLocations[0]
	if !strings.HasPrefix(text, want) || strings.Contains(text, "\n") || *logical.FullyQualifiedName != pointer || *logical.Name != fmt.Sprintf("%s[%d]", r.Group, r.Index) {
		t.Errorf("rule %d of %s is at %s with text %q, want %s with %q", r.Index, r.Group, *logical.FullyQualifiedName, text, pointer, want)
	}
}

// The document says which tool, in which version, and what each rule is about, and
// has nothing that is not known: no index of -1, no empty list but the results and
// the suppressions.
func TestSARIFForm(t *testing.T) {
	t.Parallel()
	text := sluice("", "lint", "--sarif", draft, "--accepted", file(t, `{"code":"hostbits","rule":"sgr-co07","reason":"meant"}`)).stdout
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(path+"."+k, x)
			}
			if len(v) == 0 {
				t.Errorf("%s is an empty object", path)
			}
		case []any:
			for _, x := range v {
				walk(path, x)
			}
			if len(v) == 0 && !strings.HasSuffix(path, ".suppressions") {
				t.Errorf("%s is empty", path)
			}
		case float64:
			if v < 0 {
				t.Errorf("%s is %v", path, v)
			}
		case string:
			if v == "" {
				t.Errorf("%s is the empty text", path)
			}
		case nil:
			t.Errorf("%s is null", path)
		}
	}
	walk("", doc)
	driver := readSARIF(t, text).Tool.Driver
	if driver.Version == nil || *driver.Version != toolVersion(buildInfo()) || len(driver.Rules) != len(kinds) {
		t.Errorf("driver %+v, want the version and a rule for each of %d codes", driver, len(kinds))
	}
	for i, r := range driver.Rules {
		if r.Help == nil || *r.Help.Text != kinds[i].help || *r.ShortDescription.Text != kinds[i].title+"." {
			t.Errorf("rule %s: help %+v, want %q", *r.ID, r.Help, kinds[i].help)
		}
	}
}

// Accepted findings are in the document, suppressed with their reason; all others
// are said not to be. Without a file of them nothing is said.
func TestSARIFSuppressions(t *testing.T) {
	t.Parallel()
	args := []string{"lint", "--sarif", draft}
	for _, r := range readSARIF(t, sluice("", args...).stdout).Results {
		if len(r.Suppressions) > 0 {
			t.Errorf("result %s: suppressions without a file of accepted findings", *r.RuleID)
		}
	}
	got := sluice("", append(args, "--accepted", file(t, `{"code":"hostbits","rule":"sgr-co07","reason":"the network {0} is meant"}`))...)
	results := readSARIF(t, got.stdout).Results
	if got.status != statusFound || len(results) != 2 || strings.Count(got.stdout, `"suppressions"`) != 2 || len(results[0].Suppressions) != 0 || len(results[1].Suppressions) != 1 {
		t.Fatalf("status %d, document\n%s\nwant 1 and two results, the second suppressed", got.status, got.stdout)
	}
	if s := results[1].Suppressions[0]; *s.Kind != "external" || *s.Status != "accepted" || *s.Justification != "the network {0} is meant" || *results[1].RuleID != "hostbits" {
		t.Errorf("suppression %+v, want an external one of hostbits with its reason", s)
	}
}

func TestSARIFOfNothing(t *testing.T) {
	got := sluice("", "lint", "--sarif", "-g", after)
	if run := readSARIF(t, got.stdout); got.status != statusDone || len(run.Results) != 0 || !strings.Contains(got.stdout, `"results": []`) {
		t.Errorf("lint --sarif of clean rules: status %d, %d results, want 0, and an empty list", got.status, len(run.Results))
	}
}

// What comes from standard input has no file that one could open, and a place in
// the group all the same.
func TestSARIFOfStandardInput(t *testing.T) {
	got := sluice(readFile(t, draft), "lint", "--sarif", "-g", "-")
	for i, r := range readSARIF(t, got.stdout).Results {
		if l := r.Locations[0]; l.PhysicalLocation != nil || *l.LogicalLocations[0].FullyQualifiedName != fmt.Sprintf("/Permissions/Permission/%d", i+5) {
			t.Errorf("result %d: location %+v, want only permission %d", i, l, i+5)
		}
	}
}

// Braces in what people wrote are braces, no placeholders.
func TestSARIFBraces(t *testing.T) {
	requests := "SecurityGroupId=sg-1&IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.1/8&Description={0}"
	r := readSARIF(t, sluice(requests, "lint", "--sarif", "-g", "-").stdout).Results[0]
	if !strings.HasSuffix(*r.Message.Text, "description {{0}}") {
		t.Errorf("message %q, want its braces doubled", *r.Message.Text)
	}
}

func TestFileURI(t *testing.T) {
	for path, want := range map[string]string{
		"testdata/a b.json": "testdata/a%20b.json",
		"c:d.json":          "./c:d.json",
		"a%2Fb#c?.json":     "a%252Fb%23c%3F.json",
	} {
		if got := fileURI(path); got != want {
			t.Errorf("fileURI(%q) = %q, want %q", path, got, want)
		}
	}
	if got := fileURI(filepath.Join(t.TempDir(), "水")); !strings.HasPrefix(got, "file:///") || !strings.HasSuffix(got, "/%E6%B0%B4") {
		t.Errorf("fileURI of an absolute path = %q, want file:///.../%%E6%%B0%%B4", got)
	}
}
