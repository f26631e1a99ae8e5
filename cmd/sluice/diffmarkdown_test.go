package main

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What files say has no meaning in Markdown: no mark-up, no mention, no end of the
// span that it stands in.
func TestMarkdownOfHostileText(t *testing.T) {
	t.Parallel()
	const description = "a`b ``c`` | <script>alert(1)</script> @team **x** [l](http://e.example) \\"
	text, err := json.Marshal(description)
	if err != nil {
		t.Fatal(err)
	}
	group := file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[{"SecurityGroupRuleId":"sgr-|<b>`+"`"+`","Direction":"egress","IpProtocol":"TCP","PortRange":"443/443","DestCidrIp":"10.0.0.0/8","Policy":"Drop","Priority":"1","Description":`+string(text)+`}]}}`)
	open := requests(t, "sg-1", "IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.0/8")
	got := sluice("", "diff", "--format", "markdown", open, group)
	outside := codeSpans.ReplaceAllString(got.stdout, "")
	if got.status != statusFound || strings.ContainsAny(outside, "|<>@[]()\\`") || !strings.Contains(got.stdout, "```sgr-|<b>` "+strconv.Quote(description)+"```") {
		t.Errorf("status %d, Markdown\n%s\noutside of code spans\n%s\nwant all that comes from the file inside", got.status, got.stdout, outside)
	}
}

// codeSpans finds code spans with up to three backticks.
var codeSpans = regexp.MustCompile("```(?s:.*?)```|``(?s:.*?)``|`[^`]*`")

func TestCodeSpan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a b":            "`a b`",
		"a`b":            "``a`b``",
		"a``b`c":         "```a``b`c```",
		"`a":             "`` `a ``",
		"a`":             "`` a` ``",
		"a" + glue + "b": "`a b`",
		"a\nb":           "`a b`",
	} {
		if got := codeSpan(text); got != want {
			t.Errorf("codeSpan(%q) = %q, want %q", text, got, want)
		}
	}
}
