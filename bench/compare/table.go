package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/ruleset"
)

// writeTable writes everything for people.
func writeTable(w io.Writer, results []*result) error {
	fmt.Fprintf(w, "%s, %d processors, %s %s/%s\n", processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintln(w, "Medians in ns a packet; x: rival / sluice, above 1 sluice is faster; ~: no quiet repetition; kB: 1,000 bytes.")
	fmt.Fprintln(w, "A rival without a batch call stands in the batch column with its single calls.")
	fmt.Fprintln(w)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "set\tcontender\tthr\tx\tchain\tx\tbatch\tx\tbuild us\tkB\tnote")
	for _, r := range results {
		r.writeOurs(tw)
		for _, v := range r.rivals {
			r.writeRival(tw, v)
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	writeFamilies(w, results)
	fmt.Fprintln(w)
	for _, r := range results {
		fmt.Fprintln(w, r.about)
	}
	return nil
}

func (r *result) writeOurs(w io.Writer) {
	fmt.Fprintf(w, "%v\tsluice\t", r.spec)
	for _, m := range modes {
		fmt.Fprintf(w, "%s\t\t", cell(r.ours[m]))
	}
	note := fmt.Sprintf("build in naive lookups: %.0f; %d allocations", r.compile.Median()/r.naive(), r.allocs)
	fmt.Fprintf(w, "%s%.0f\t%.1f\t%s\n", mark(r.compile), r.compile.Median()/1e3, r.tableBytes/1e3, note)
}

// naive is the time of one naive lookup.
func (r *result) naive() float64 { return r.rivals[0].lanes[thr].Median() }

func (r *result) writeRival(w io.Writer, v rival) {
	fmt.Fprintf(w, "\t%s\t", v.name)
	if v.absent != "" {
		fmt.Fprintf(w, "\t\t\t\t\t\t\t\tabsent: %s\n", v.absent)
		return
	}
	for _, m := range modes {
		fmt.Fprintf(w, "%s\t%.2f\t", cell(v.lanes[m]), v.lanes[m].Median()/r.ours[m].Median())
	}
	if v.buildNS > 0 {
		fmt.Fprintf(w, "%.0f\t%.1f\t%s\n", v.buildNS/1e3, v.bytes/1e3, v.note)
	} else {
		fmt.Fprintln(w, "\t\t")
	}
}

func cell(l *measure.Lane) string { return fmt.Sprintf("%s%.1f", mark(l), l.Median()) }

func mark(l *measure.Lane) string {
	if l.Noisy() {
		return "~"
	}
	return ""
}

// writeFamilies compares the families of sets that were measured in several.
func writeFamilies(w io.Writer, results []*result) {
	v4 := map[ruleset.Spec]*result{}
	for _, r := range results {
		if r.spec.Family == ruleset.V4 {
			v4[r.spec] = r
		}
	}
	for _, r := range results {
		spec := r.spec
		spec.Family = ruleset.V4
		base := v4[spec]
		if base == nil || r == base {
			continue
		}
		fmt.Fprintf(w, "\n%v to %v:", r.spec, spec)
		for _, m := range modes {
			fmt.Fprintf(w, " %s %.2f", m, r.ours[m].Median()/base.ours[m].Median())
		}
	}
	fmt.Fprintln(w)
}

// processor names the machine's processor, where the system tells it.
func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
