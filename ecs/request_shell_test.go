package ecs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/sluice/rule"
)

// Words as a POSIX shell splits them.
func TestShellWords(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", " \t\n", nil},
		{"spaces between", "a  b\tc\nd", []string{"a", "b", "c", "d"}},
		{"Unicode spaces between", "a\u00a0b\u3000c", []string{"a", "b", "c"}},
		{"single quotes", `'a b' 'c"d' 'e\f$g'`, []string{"a b", `c"d`, `e\f$g`}},
		{"double quotes", `"a b" "c'd"`, []string{"a b", "c'd"}},
		{"empty words", `'' "" a`, []string{"", "", "a"}},
		{"quotes within a word", `a'b c'd"e f"g`, []string{"ab cde fg"}},
		{"backslashes", `a\ b \'c\" \\ \d`, []string{"a b", `'c"`, `\`, "d"}},
		{"backslashes in double quotes", `"a\"b\\c\$d\` + "`" + `e\fg"`, []string{"a\"b\\c$d`e\\fg"}},
		{"a backslash before a line feed", "a\\\nb \\\n c \"d\\\ne\" \\\r\nf", []string{"ab", "c", "de", "f"}},
		{"a line feed in quotes", "'a\nb' \"c\nd\"", []string{"a\nb", "c\nd"}},
		{"a backslash at the end", `a \`, []string{"a", `\`}},
		{"a comment", "a #b c\nd e#f", []string{"a", "d", "e#f"}},
		{"an apostrophe, quoted and not", `'it'\''s'`, []string{"it's"}},
		{"other languages", "水 'é ü'", []string{"水", "é ü"}},
	} {
		got, err := shellWords(c.in)
		if err != nil {
			t.Errorf("%s: shellWords(%q): %v", c.name, c.in, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: shellWords(%q): -want +got\n%s", c.name, c.in, diff)
		}
	}
}

func TestShellEnd(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb":               "a\n",
		"a":                  "a",
		"a 'b\nc' d\ne":      "a 'b\nc' d\n",
		"a \"b\nc\" d\ne":    "a \"b\nc\" d\n",
		"a \\\nb\nc":         "a \\\nb\n",
		"a \\\r\nb\r\nc":     "a \\\r\nb\r\n",
		"a \"\\\"\nb\" c\nd": "a \"\\\"\nb\" c\n",
		"a '\\' b\nc":        "a '\\' b\n",
		"a # it's \\\nb":     "a # it's \\\n",
		"a#'b\nc'\nd":        "a#'b\nc'\n",
		"a 'b":               "a 'b",
	} {
		if got := in[:shellEnd(in, 0)]; got != want {
			t.Errorf("shellEnd(%q) ends behind %q, want %q", in, got, want)
		}
	}
}

// Every option of the interface takes the words that belong to it, and no more.
func TestAliyunOptions(t *testing.T) {
	want := Request{GroupID: "sg-1", Rules: []rule.Params{{Policy: "drop"}}}
	const valued = "profile region config-path language mode access-key-id access-key-secret sts-token sts-region ram-role-name ram-role-arn " +
		"role-session-name external-id source-profile private-key key-pair-name expired-seconds process-command oidc-provider-arn oidc-token-file " +
		"cloud-sso-sign-in-url cloud-sso-access-config cloud-sso-account-id read-timeout connect-timeout retry-timeout retry-count endpoint " +
		"endpoint-type version accept output cli-query user-agent header"
	check := func(option string) {
		t.Helper()
		text := "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 " + option + " --Policy drop"
		got, err := ParseRequest(text)
		if got.RegionID = ""; err != nil || !cmp.Equal(want, got) {
			t.Errorf("ParseRequest(%s) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, name := range strings.Fields(valued) {
		check("--" + name + " x")
		check("--" + name + "=x")
		text := "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --" + name
		for _, more := range []string{"", " --Policy drop", " x y", "="} {
			if got, err := ParseRequest(text + more); err == nil {
				t.Errorf("ParseRequest(%s) = %+v, want an error", text+more, got)
			}
		}
	}
	for _, option := range strings.Fields("--secure --insecure --force --quiet --dryrun --skip-secure-verify --yes -q -y") {
		check(option)
	}
	for _, option := range []string{"-p x", "-o x", "-p=x", "--method GET", "--method=POST", "--output cols=a rows=b num=true"} {
		check(option)
	}
	for _, option := range []string{"--body x", "--body-file x", "--pager", "--waiter x", "--roa GET", "--help", "-h", "-", "--", "---", "-pq", "--force x", "--Description ''", `--Description ""`} {
		text := "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 " + option + " --Policy drop"
		if got, err := ParseRequest(text); err == nil {
			t.Errorf("ParseRequest(%s) = %+v, want an error", text, got)
		}
	}
}

// Every option of curl takes the words that belong to it, and no more.
func TestCurlOptions(t *testing.T) {
	want := Request{GroupID: "sg-1", Rules: []rule.Params{{Policy: "drop"}}}
	const valued = "--user-agent --user --referer --cookie --output --max-time --connect-timeout --proxy --retry --cacert --resolve --write-out --header " +
		"-A -u -e -b -o -m -x -w -H"
	const alone = "--get --silent --show-error --verbose --insecure --location --include --fail --compressed --globoff --http1.1 --http2 --no-buffer " +
		"-G -s -S -v -k -L -i -f -g -N -sSvkLifgNG"
	var options []string
	for _, name := range strings.Fields(valued) {
		options = append(options, name+" x")
		text := "curl 'https://h/?SecurityGroupId=sg-1' " + name
		for _, more := range []string{"", " x https://h/?Policy=drop"} {
			if got, err := ParseRequest(text + more); err == nil {
				t.Errorf("ParseRequest(%s) = %+v, want an error", text+more, got)
			}
		}
	}
	options = append(options, strings.Fields(alone)...)
	options = append(options, "-sox", "-so x", "-XPOST", "-sXGET", "-X POST", "--request GET", "-H'a: b'")
	for _, option := range options {
		text := "curl " + option + " 'https://h/?SecurityGroupId=sg-1' -d Policy=drop"
		if got, err := ParseRequest(text); err != nil || !cmp.Equal(want, got) {
			t.Errorf("ParseRequest(%s) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, option := range []string{"-F a=b", "-T f", "--data-binary @f", "-d@f", "-Z", "-sZ", "--config f", "-K f", "-", "--", "-X PUT", "-I"} {
		text := "curl 'https://h/?SecurityGroupId=sg-1' " + option
		if got, err := ParseRequest(text); err == nil {
			t.Errorf("ParseRequest(%s) = %+v, want an error", text, got)
		}
	}
}
