package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/sluice/bench/internal/measure"
)

// quickly is enough to see that a study runs.
func quickly() settings {
	return settings{cut: 10, packets: 500, repetitions: 1, period: 10 * time.Millisecond, warmUp: time.Millisecond, calibrator: measure.NewCalibrator()}
}

// Each study gives the columns that its plots draw, and numbers that make sense.
func TestStudies(t *testing.T) {
	for _, s := range studies {
		t.Run(s.name, func(t *testing.T) {
			dir := t.TempDir()
			var out strings.Builder
			if err := s.save(quickly(), dir, &out); err != nil {
				t.Fatal(err)
			}
			checkNumbers(t, filepath.Join(dir, s.name+".csv"))
			for _, p := range s.plots {
				checkSVG(t, filepath.Join(dir, p.file+".svg"), p.title)
			}
			if !strings.HasPrefix(out.String(), s.name+"\nseries\t") {
				t.Errorf("printed %q, want the study's name and its table", out.String())
			}
		})
	}
}

func checkNumbers(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(records) < 4 {
		t.Fatalf("%s has %d rows, %v, want a header and some rows", path, len(records), err)
	}
	for _, record := range records[1:] {
		for i, text := range record[1:] {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil || n < 0 || n == 0 && records[0][i+1] != "swaps_per_s" && records[0][i+1] != "changes_per_s" {
				t.Errorf("%s, row %q: %s is %q, want a positive number", path, record, records[0][i+1], text)
			}
		}
	}
}

func checkSVG(t *testing.T, path, title string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	elements := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements < 20 || !bytes.Contains(data, []byte(title)) {
		t.Errorf("%s has %d elements, want a plot titled %q", path, elements, title)
	}
}

func TestSharedMembersStandOnce(t *testing.T) {
	one, err := newTableSet("members", 1)
	if err != nil {
		t.Fatal(err)
	}
	many, err := newTableSet("members", 20)
	if err != nil {
		t.Fatal(err)
	}
	if many.bytes*5 > one.bytes {
		t.Errorf("20 tables take %.0f bytes each, one %.0f: the members do not stand once", many.bytes, one.bytes)
	}
}

func TestBadUse(t *testing.T) {
	for _, args := range []string{"--only none", "extra", "--none"} {
		var out, errs bytes.Buffer
		if err := run(append(strings.Fields(args), "--out", t.TempDir()), &out, &errs); err == nil || out.Len() > 0 {
			t.Errorf("run(%s) = %v, printed %q, want an error and nothing", args, err, out.String())
		}
	}
}
