package ecs

import (
	"strings"
	"testing"
)

// Options of the programs themselves are passed over, each with its value: an
// option that took one word more would hide a parameter, and the rule would be
// another.
func TestCommandLineOptions(t *testing.T) {
	const (
		aliyun = "aliyun ecs AuthorizeSecurityGroupEgress "
		curl   = "curl "
	)
	for _, c := range []struct {
		name, command, rest string
		valued, alone       string // -X and --name
	}{
		{
			"aliyun", aliyun, " --SecurityGroupId sg-1 --Policy drop",
			`--profile --region --config-path --language --mode
			--access-key-id --access-key-secret --sts-token --sts-region
			--ram-role-name --ram-role-arn --role-session-name --external-id
			--source-profile --private-key --key-pair-name --expired-seconds
			--process-command --oidc-provider-arn --oidc-token-file
			--cloud-sso-sign-in-url --cloud-sso-access-config --cloud-sso-account-id
			--read-timeout --connect-timeout --retry-timeout --retry-count
			--endpoint --endpoint-type --version --accept --output --cli-query --user-agent --header -p -o`,
			"--secure --insecure --force --quiet --dryrun --skip-secure-verify --yes -q -y",
		},
		{
			"curl", curl, " 'https://ecs.aliyuncs.com/?SecurityGroupId=sg-1&Policy=drop'",
			`--header --user-agent --user --referer --cookie --output --max-time
			--connect-timeout --proxy --retry --cacert --resolve --write-out
			-H -A -u -e -b -o -m -x -w`,
			`--get --silent --show-error --verbose --insecure --location --include --fail
			--compressed --globoff --http1.1 --http2 --no-buffer
			-G -s -S -v -k -L -i -f -g -N -sS`,
		},
	} {
		for _, o := range strings.Fields(c.alone) {
			checkOption(t, c.name, c.command+o+c.rest)
		}
		for _, o := range strings.Fields(c.valued) {
			checkOption(t, c.name, c.command+o+" value"+c.rest)
			checkOption(t, c.name, c.command+strings.TrimPrefix(c.rest, " ")+" "+o+" value")
			if _, err := ParseRequest(c.command + strings.TrimPrefix(c.rest, " ") + " " + o); err == nil || !strings.Contains(err.Error(), "has no value") {
				t.Errorf("%s: %s at the end: error %v, want one that says that it has no value", c.name, o, err)
			}
		}
	}
}

func checkOption(t *testing.T, program, line string) {
	t.Helper()
	r, err := ParseRequest(line)
	if err != nil || r.GroupID != "sg-1" || len(r.Rules) != 1 || r.Rules[0].Policy != "drop" {
		t.Errorf("%s: ParseRequest(%q) = %+v, %v, want a drop rule of sg-1", program, line, r, err)
	}
}

// An option of aliyun that changes what the call does is refused, by name.
func TestAliyunOptionsRefused(t *testing.T) {
	const line = "aliyun ecs AuthorizeSecurityGroupEgress --SecurityGroupId sg-1 --Policy drop "
	for option, want := range map[string]string{
		"--body x": "a body is not read", "--body-file x": "a file is not read", "--pager": "no pages",
		"--waiter expr=x": "not repeated", "--roa GET": "not of that style", "--help": "makes no call", "-h": "makes no call",
		"--secure=x": "has a value", "--yes=true": "has a value",
	} {
		if r, err := ParseRequest(line + option); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRequest(%q) = %+v, %v, want %q in the error", line+option, r, err, want)
		}
	}
}
