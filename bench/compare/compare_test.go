package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/ruleset"
)

// small are flags of a run that takes a moment.
var small = []string{"--set", "sg", "--rules", "10", "--packets", "500", "--repetitions", "1"}

// runAbsent runs where no librte_acl program is.
func runAbsent(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if err := run(append(args, small...), &out, &errs); err != nil {
		t.Fatalf("run(%q) = %v", args, err)
	}
	return out.String(), errs.String()
}

func TestRows(t *testing.T) {
	out, errs := runAbsent(t, "--json", "--family", "v4")
	ratioKeys := []string{"family", "mode", "ours_ns", "ratio", "rival", "rival_ns", "rules", "set"}
	costKeys := []string{"allocs", "compile_ns", "family", "mode", "rival", "rules", "set", "table_bytes"}
	seen := map[string]bool{}
	for line := range strings.Lines(out) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("row %s: %v", line, err)
		}
		want := ratioKeys
		if row["rival"] == "none" {
			want = costKeys
			if row["allocs"] != 0.0 || row["compile_ns"].(float64) < 1000 || row["table_bytes"].(float64) < 100 {
				t.Errorf("costs are %s, want no allocations, a time and a size", line)
			}
		} else {
			ours, rival, ratio := row["ours_ns"].(float64), row["rival_ns"].(float64), row["ratio"].(float64)
			if ours <= 0 || rival <= 0 || math.Abs(ratio-rival/ours) > 0.01*ratio {
				t.Errorf("row %s: want times, and ratio = rival_ns / ours_ns", line)
			}
		}
		if got := slices.Sorted(maps.Keys(row)); !slices.Equal(got, want) {
			t.Errorf("row %s has keys %q, want %q", line, got, want)
		}
		if row["set"] != "sg" || row["rules"] != 10.0 || row["family"] != "v4" {
			t.Errorf("row %s: want set sg, rules 10, family v4", line)
		}
		seen[row["rival"].(string)+" "+row["mode"].(string)] = true
	}
	want := []string{"none none"}
	for _, rival := range []string{"bart", "bartfull", "naive", "tuned"} {
		for _, mode := range []string{"batch", "chain", "thr"} {
			want = append(want, rival+" "+mode)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("rows are of %q, want %q and none of the absent rte_acl", got, want)
	}
	if !strings.Contains(errs, "rte_acl is absent") {
		t.Errorf("standard error does not name the absent rival:\n%s", errs)
	}
}

func TestTable(t *testing.T) {
	out, _ := runAbsent(t)
	for _, want := range []string{
		"sg/10/v4     sluice", "sg/10/v6     sluice", "naive", "tuned", "bartfull", "absent: rteacl: acl_bench is not built",
		"build in naive lookups", "0 allocations", "sg/10/v6 to sg/10/v4: thr ", "sg/10/v4: 500 packets, 100.0% decided by ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}

func TestSpecs(t *testing.T) {
	tests := []struct {
		name string
		o    options
		want int
	}{
		{"all", options{}, len(ruleset.All())},
		{"quick", options{quick: true}, len(quickSets)},
		{"a shape", options{set: "fw"}, 9},
		{"a shape, quick", options{set: "fw", quick: true}, 9},
		{"rules", options{rules: "1000", family: "v6"}, 4},
		{"one", options{set: "members", family: "v4"}, 1},
	}
	for _, tt := range tests {
		if got, err := tt.o.specs(); len(got) != tt.want || err != nil {
			t.Errorf("%s: %d sets, %v, want %d", tt.name, len(got), err, tt.want)
		}
	}
	for _, s := range quickSets {
		if !slices.Contains(ruleset.All(), s) {
			t.Errorf("quick has set %v, which is none", s)
		}
	}
}

func TestBadUse(t *testing.T) {
	for _, args := range []string{"--set none", "--rules 11", "--family v5", "--repetitions 0", "--packets 0", "extra", "--none", "--rte-acl nowhere"} {
		var out, errs bytes.Buffer
		if err := run(strings.Fields(args), &out, &errs); err == nil || out.Len() > 0 {
			t.Errorf("run(%s) = %v, printed %q, want an error and nothing", args, err, out.String())
		}
	}
}

// What found no quiet moment is marked and named.
func TestNoisyLanesAreNamed(t *testing.T) {
	l := measure.PassLane("thr", func(int) int { return 0 })
	r := &result{spec: ruleset.Spec{Shape: ruleset.SG, Rules: 10, Family: ruleset.V4}, lanes: []*measure.Lane{l}}
	var errs strings.Builder
	r.warn(&errs)
	if want := "sg/10/v4: the machine was busy: 1 of 1 measurements"; !strings.Contains(errs.String(), want) {
		t.Errorf("warn prints %q, want %q in it", errs.String(), want)
	}
	if got := cell(l); !strings.HasPrefix(got, "~") {
		t.Errorf("cell = %q, want a mark", got)
	}
}
