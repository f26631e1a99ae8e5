package main

import (
	"image/color"
	"path/filepath"
	"slices"
	"strings"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// plot draws columns of a study's table over the one that grows, a line for each
// series and column.
type plot struct {
	file, title, x, y string
	columns           []string
	logY              bool
}

// save writes dir/file.svg.
func (p plot) save(t *table, dir string) error {
	g := gonum.New()
	g.Title.Text, g.X.Label.Text, g.Y.Label.Text = p.title, p.x, p.y
	g.BackgroundColor = color.White
	g.X.Scale, g.X.Tick.Marker = gonum.LogScale{}, gonum.LogTicks{Prec: -1}
	if p.logY {
		g.Y.Scale, g.Y.Tick.Marker = gonum.LogScale{}, gonum.LogTicks{Prec: -1}
	} else {
		g.Y.Min = 0
	}
	g.Legend.Top, g.Legend.Left = true, true
	g.Legend.TextStyle.Font.Size = vg.Points(9)
	g.Add(plotter.NewGrid())
	var lines []any
	for _, series := range t.series() {
		for _, name := range p.columns {
			points, err := t.points(series, name)
			if err != nil {
				return err
			}
			lines = append(lines, series+" "+strings.TrimSuffix(name, "_ns"), points)
		}
	}
	if err := plotutil.AddLinePoints(g, lines...); err != nil {
		return err
	}
	g.X.Max *= 1.3              // room for the last label
	if g.Y.Max *= 1.4; p.logY { // and for the legend
		g.Y.Max *= 4
	}
	return g.Save(18*vg.Centimeter, 11*vg.Centimeter, filepath.Join(dir, p.file+".svg"))
}

// series are the names of the rows, each once, in order of appearance.
func (t *table) series() []string {
	var names []string
	for _, r := range t.rows {
		if !slices.Contains(names, r.series) {
			names = append(names, r.series)
		}
	}
	return names
}

// points are a column of a series over the first column.
func (t *table) points(series, name string) (plotter.XYs, error) {
	at, err := t.column(name)
	if err != nil {
		return nil, err
	}
	var points plotter.XYs
	for _, r := range t.rows {
		if r.series == series {
			points = append(points, plotter.XY{X: r.numbers[0], Y: r.numbers[at]})
		}
	}
	return points, nil
}
