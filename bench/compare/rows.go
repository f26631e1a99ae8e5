package main

import (
	"encoding/json"
	"io"
	"math"
)

// ratioRow is a rival in a mode. Ratio is RivalNS / OursNS.
type ratioRow struct {
	Set     string  `json:"set"`
	Rules   int     `json:"rules"`
	Family  string  `json:"family"`
	Rival   string  `json:"rival"`
	Mode    string  `json:"mode"`
	OursNS  float64 `json:"ours_ns"`
	RivalNS float64 `json:"rival_ns"`
	Ratio   float64 `json:"ratio"`
}

// costRow is what the engine itself costs on a set. Its Rival and its Mode are
// none.
type costRow struct {
	Set        string  `json:"set"`
	Rules      int     `json:"rules"`
	Family     string  `json:"family"`
	Rival      string  `json:"rival"`
	Mode       string  `json:"mode"`
	CompileNS  float64 `json:"compile_ns"`
	TableBytes float64 `json:"table_bytes"`
	Allocs     int     `json:"allocs"`
}

// writeRows writes the rows of a set, one a line. An absent rival has none.
func writeRows(w io.Writer, r *result) error {
	enc := json.NewEncoder(w)
	set, rules, family := string(r.spec.Shape), r.spec.Rules, string(r.spec.Family)
	for _, v := range r.rivals {
		for _, m := range modes {
			l := v.lanes[m]
			if l == nil {
				continue
			}
			ours, theirs := r.ours[m].Median(), l.Median()
			if err := enc.Encode(ratioRow{set, rules, family, v.name, m, round(ours), round(theirs), round(theirs / ours)}); err != nil {
				return err
			}
		}
	}
	return enc.Encode(costRow{set, rules, family, "none", "none", math.Round(r.compile.Median()), math.Round(r.tableBytes), r.allocs})
}

// round keeps three decimals.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
