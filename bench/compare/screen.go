package main

import (
	"fmt"

	"example.com/sluice/bench/internal/measure"
	"example.com/sluice/bench/internal/rteacl"
)

// batchSizes are how many packets librte_acl gets in a call.
var batchSizes = []int{8, 16, 32, 64, 128, 256, 512, 1024}

// screen finds librte_acl's best way in each mode: every classify method of the
// machine, and for batches every size. The best ones take part in the turns.
func screen(h *rteacl.Harness, packets int) (rival, error) {
	v := rival{name: "rte_acl", lanes: map[string]*measure.Lane{}, buildNS: h.BuildNS, bytes: float64(h.Bytes)}
	for _, mode := range modes {
		best, err := bestWay(h, mode, max(packets/5, 1))
		if err != nil {
			return v, err
		}
		v.lanes[mode] = &measure.Lane{Name: "rte_acl " + mode, Pass: func(n int) (float64, error) { return h.Run(best, n) }}
		v.note += fmt.Sprintf("%s %s", mode, best.Method)
		if mode == batch {
			v.note += fmt.Sprintf(" x%d", best.Batch)
		} else {
			v.note += ", "
		}
	}
	return v, nil
}

// bestWay returns the fastest of all ways, by the best of three passes of n
// packets.
func bestWay(h *rteacl.Harness, mode string, n int) (rteacl.Way, error) {
	var best rteacl.Way
	bestNS := 0.0
	sizes := batchSizes
	if mode != batch {
		sizes = []int{1}
	}
	for _, method := range h.Methods {
		for _, size := range sizes {
			w := rteacl.Way{Method: method, Mode: mode, Batch: size}
			for range 3 {
				ns, err := h.Run(w, n)
				if err != nil {
					return best, err
				}
				if bestNS == 0 || ns < bestNS {
					best, bestNS = w, ns
				}
			}
		}
	}
	return best, nil
}
