package rule_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// badIDs hold a character that does not show, at the front, inside or at the
// end, and the words that refuse it.
var badIDs = []struct{ name, id, want string }{
	{"a space", "sg 1", `id "sg 1": a space (U+0020) at byte 2, want visible characters without spaces`},
	{"a leading space, as an unencoded plus gives it", " sg-1", "a space (U+0020) at byte 0"},
	{"a no-break space", "sg-1\u00a0", "a space (U+00A0) at byte 4"},
	{"an ideographic space", "sg\u30001", "a space (U+3000) at byte 2"},
	{"a line separator", "sg\u20281", "a space (U+2028)"},
	{"a paragraph separator", "sg\u20291", "a space (U+2029)"},
	{"a zero width space", "sg-1\u200b", "a format character (U+200B)"},
	{"a byte order mark", "\ufeffsg-1", "a format character (U+FEFF) at byte 0"},
	{"a soft hyphen", "sg\u00ad1", "a format character (U+00AD)"},
	{"a direction override", "sg\u202e1", "a format character (U+202E)"},
	{"a tag", "sg-1\U000e0041", "a format character (U+E0041)"},
	{"NUL", "sg-1\x00", "a control character (U+0000)"},
	{"a line feed", "sg-1\n", "a control character (U+000A)"},
	{"DEL", "sg\x7f1", "a control character (U+007F)"},
	{"a C1 control character", "sg\u00851", "a control character (U+0085)"},
	{"a variation selector", "sg-1\ufe0f", "a character that does not show (U+FE0F)"},
	{"a Hangul filler", "sg\u31641", "a character that does not show (U+3164)"},
	{"a braille pattern without dots", "sg\u28001", "a character that does not show (U+2800)"},
	{"private use", "sg\ue0001", "a character that does not show (U+E000)"},
	{"a replacement character", "sg\ufffd1", "a replacement character (U+FFFD)"},
	{"invalid UTF-8", "sg-1\xff", "not UTF-8 at byte 4"},
	{"a surrogate", "sg-\xed\xa0\x801", "not UTF-8 at byte 3"},
}

func TestCheckID(t *testing.T) {
	for _, id := range []string{"sg-1", "sg-F876FF7BA", "test@aliyun.com", "155780923770", "a", "水", `"`, "é", strings.Repeat("x", 1000)} {
		if err := rule.CheckID(id); err != nil {
			t.Errorf("CheckID(%q) = %v, want nil", id, err)
		}
	}
	if err := rule.CheckID(""); err == nil || err.Error() != `id "": empty, want visible characters without spaces` {
		t.Errorf("CheckID of nothing = %v, want an error", err)
	}
	for _, tt := range badIDs {
		if err := rule.CheckID(tt.id); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: CheckID(%q) = %v, want %q in it", tt.name, tt.id, err, tt.want)
		}
	}
}

// An id that looks like another one enters by no way.
func TestBadIDsEnterNowhere(t *testing.T) {
	for _, tt := range badIDs {
		t.Run(tt.name, func(t *testing.T) {
			g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
			for _, c := range []struct {
				change func(p *rule.Params, id string)
				want   fault
			}{
				{func(p *rule.Params, id string) { p.DestGroupID = id }, fault{"InvalidDestGroupId.NotFound", 404, 0, "DestGroupId", tt.id}},
				{func(p *rule.Params, id string) { p.DestGroupOwnerAccount = id }, refused("InvalidDestGroup.NotFound", "DestGroupOwnerAccount", tt.id)},
				{func(p *rule.Params, id string) { p.DestGroupOwnerID = id }, refused("InvalidDestGroup.NotFound", "DestGroupOwnerId", tt.id)},
			} {
				p := params("DestCidrIp=", "DestGroupId=sg-b")
				c.change(&p, tt.id)
				typed := toGroup()
				typed.DstGroup, typed.DstOwner, typed.DstOwnerID = p.DestGroupID, p.DestGroupOwnerAccount, p.DestGroupOwnerID
				for name, err := range map[string]error{
					"Authorize": g.Authorize(p), "Restore": g.Restore(rule.Existing{Params: p}), "Add": g.Add(typed),
					"UnmarshalText": new(rule.Rule).UnmarshalText([]byte(typed.String())),
				} {
					if diff := cmp.Diff([]fault{c.want}, faults(t, err)); diff != "" {
						t.Errorf("%s: faults differ (-want +got):\n%s", name, diff)
					}
				}
			}
			want := []fault{refused("InvalidParam.SecurityGroupRuleId", "SecurityGroupRuleId", tt.id)}
			typed := toGroup()
			typed.ID = tt.id
			for name, err := range map[string]error{
				"Restore": g.Restore(rule.Existing{Params: params(), ID: tt.id}), "Add": g.Add(typed),
				"UnmarshalText": new(rule.Rule).UnmarshalText([]byte(typed.String())),
			} {
				if diff := cmp.Diff(want, faults(t, err)); diff != "" {
					t.Errorf("%s of a rule's id: faults differ (-want +got):\n%s", name, diff)
				}
			}
			if g.Len() != 0 {
				t.Errorf("the group holds %d rules, want none", g.Len())
			}
			for _, key := range []string{"id", "dst_group", "dst_owner", "dst_owner_id"} {
				doc, err := json.Marshal(map[string]string{key: tt.id})
				must(t, err)
				var r rule.Rule
				if err := r.UnmarshalJSON(doc); err == nil || !strings.Contains(err.Error(), "key "+key) {
					t.Errorf("UnmarshalJSON(%s) = %v, want an error that names %s", doc, err, key)
				}
			}
			bad := rule.NewGroup(tt.id, rule.VPC, rule.Basic)
			owned, placed := rule.NewGroup("sg-a", rule.VPC, rule.Basic), rule.NewGroup("sg-a", rule.VPC, rule.Basic)
			owned.Owner, placed.VPCID = tt.id, tt.id
			for name, g := range map[string]*rule.Group{"id": bad, "Owner": owned, "VPCID": placed} {
				if err := g.Validate(); err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("Validate with such an %s = %v, want an error that names it", name, err)
				}
			}
		})
	}
}

// Where an address decides, the group beside it is ignored, and not checked.
func TestIDsBesideAnAddressAreIgnored(t *testing.T) {
	p := params("DestGroupId=sg b", "DestGroupOwnerAccount=a b", "DestGroupOwnerId=1 2")
	if r, err := rule.Parse(p, rule.VPC); err != nil || r != passed(nil) {
		t.Errorf("Parse(%+v) = %+v, %v, want %+v", p, r, err, passed(nil))
	}
}

func TestNilGroup(t *testing.T) {
	var g *rule.Group
	const want = "the group is nil, want one of NewGroup"
	for name, err := range map[string]error{
		"Validate": g.Validate(), "Authorize": g.Authorize(params()), "Add": g.Add(passed(nil)), "Restore": g.Restore(rule.Existing{Params: params()}),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%s = %v, want %s", name, err, want)
		}
	}
}
