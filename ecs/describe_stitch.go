package ecs

import (
	"fmt"
	"slices"

	"example.com/sluice/internal/strictjson"
)

// page is one reply: a whole group, or a page of one.
type page struct {
	heading
	where  string // for messages: its file, and its place in that; may be empty
	egress []egressRule
	ids    []string // of all its rules, ingress rules included
}

// stitch puts the pages of one group together, which are given in order.
func stitch(pages []*page) (*page, error) {
	if err := checkPages(pages); err != nil {
		return nil, err
	}
	whole := pages[0].clone()
	whole.nextToken = ""
	if len(pages) == 1 {
		return whole, nil
	}
	known := map[string]bool{} // the unknown keys that are carried
	for _, m := range whole.out.others {
		known[m.key] = true
	}
	for _, p := range pages[1:] {
		if err := whole.agree(p); err != nil {
			return nil, err
		}
		whole.egress = append(whole.egress, p.egress...)
		whole.out.ingress = append(whole.out.ingress, p.out.ingress...)
		whole.addOthers(p.out.others, known)
	}
	return whole, nil
}

// clone returns a copy to which more may be added.
func (p *page) clone() *page {
	c, out := *p, *p.out
	out.ingress, out.others = slices.Clip(out.ingress), slices.Clip(out.others)
	c.out, c.egress = &out, slices.Clip(c.egress)
	return &c
}

// checkPages checks that each page is there once, and the last one last.
func checkPages(pages []*page) error {
	last := pages[len(pages)-1]
	byToken := map[string]*page{}
	byID := map[string]*page{}
	for _, p := range pages {
		switch first := byToken[p.nextToken]; {
		case first != nil && p.nextToken == "":
			return p.twice(first, "the group is given twice")
		case first != nil:
			return p.twice(first, fmt.Sprintf("NextToken %.128q: the page is given twice", p.nextToken))
		}
		byToken[p.nextToken] = p
		for _, id := range p.ids {
			if first := byID[id]; first != nil && first != p {
				return p.twice(first, fmt.Sprintf("SecurityGroupRuleId %.128q: the rule stands in two pages", id))
			}
			byID[id] = p
		}
	}
	if p := byToken[""]; p != nil && p != last {
		return strictjson.At(p.where, fmt.Errorf("SecurityGroupId %.128q: a reply without NextToken, which is the last page, before another page of the group: want the pages in order", p.groupID))
	}
	if last.nextToken != "" {
		return strictjson.At(last.where, fmt.Errorf("a NextToken, %.128q: one page of several, and the next one of group %.128q is missing: want all pages together, in order", last.nextToken, last.groupID))
	}
	return nil
}

// twice is the error of a page that repeats what the first one has.
func (p *page) twice(first *page, what string) error {
	if first.where != "" {
		what += ", before in " + first.where
	}
	return strictjson.At(p.where, fmt.Errorf("SecurityGroupId %.128q: %s: want each page of a group once", p.groupID, what))
}

// agree checks that a later page says the same of the group.
func (p *page) agree(later *page) error {
	mine, other := p.texts(), later.texts()
	for i := range mine {
		key, a, b := mine[i].key, *mine[i].value, *other[i].value
		if a == b || key == "RequestId" || key == "NextToken" {
			continue
		}
		return strictjson.At(later.where, fmt.Errorf("%s %.128q: another page of group %.128q says %.128q, want pages of one reply", key, b, p.groupID, a))
	}
	return nil
}

// addOthers carries the unknown keys of a later page. known are those that are
// carried already: the first page's stay, for such a key says nothing about rules.
func (p *page) addOthers(others []member, known map[string]bool) {
	for _, m := range others {
		if !known[m.key] {
			known[m.key] = true
			p.out.others = append(p.out.others, m)
		}
	}
}
