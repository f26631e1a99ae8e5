package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// table holds the numbers of a study. A row is of a series, such as v4; the first
// number of a row is what grows.
type table struct {
	columns []string // of the numbers
	rows    []row
}

type row struct {
	series  string
	numbers []float64
}

func newTable(columns ...string) *table { return &table{columns: columns} }

func (t *table) add(series string, numbers ...float64) {
	t.rows = append(t.rows, row{series, numbers})
}

// column returns the place of a column.
func (t *table) column(name string) (int, error) {
	for i, c := range t.columns {
		if c == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("no column %q", name)
}

// records are the header and the rows as text.
func (t *table) records() [][]string {
	records := [][]string{append([]string{"series"}, t.columns...)}
	for _, r := range t.rows {
		record := []string{r.series}
		for _, n := range r.numbers {
			record = append(record, strconv.FormatFloat(n, 'f', -1, 64))
		}
		records = append(records, record)
	}
	return records
}

func (t *table) String() string {
	var b strings.Builder
	for _, r := range t.records() {
		fmt.Fprintln(&b, strings.Join(r, "\t"))
	}
	return b.String()
}

// writeCSV writes dir/name.csv.
func (t *table) writeCSV(dir, name string) error {
	f, err := os.Create(filepath.Join(dir, name+".csv"))
	if err != nil {
		return err
	}
	err = csv.NewWriter(f).WriteAll(t.records())
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
