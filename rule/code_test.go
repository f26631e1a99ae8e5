package rule_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

// parsed reaches a code through one request to a VPC group.
func parsed(words ...string) func() error {
	return func() error {
		_, err := rule.Parse(params(words...), rule.VPC)
		return err
	}
}

// entered reaches a code at the entry of two equal rules to group sg-a that
// holds as many as its limit says.
func entered(limit int, apart bool, words ...string) func() error {
	return func() error {
		g := rule.NewGroup("sg-a", rule.VPC, rule.Basic)
		g.Limit = limit
		p := params(words...)
		if apart {
			return errors.Join(g.Authorize(p), g.Authorize(p))
		}
		return g.Authorize(p, p)
	}
}

// codes lists every code by its constant's name: the spelling and the status of
// the page and of the semantics, and the shortest way to it. No way: the code
// needs knowledge of other groups or of the request's form, which this package
// does not have.
var codes = map[string]struct {
	spelled string
	status  int
	reach   func() error
}{
	"InvalidIPProtocolMalformed":               {"InvalidIpProtocol.Malformed", 400, parsed("IpProtocol=")},
	"InvalidIPProtocolValueNotSupported":       {"InvalidIpProtocol.ValueNotSupported", 400, parsed("IpProtocol=sctp")},
	"InvalidParamPortRange":                    {"InvalidParam.PortRange", 400, parsed("PortRange=200/1")},
	"OperationDenied":                          {"OperationDenied", 400, parsed("PortRange=-1/-1")},
	"InvalidDestCidrIPMalformed":               {"InvalidDestCidrIp.Malformed", 400, parsed("DestCidrIp=x")},
	"InvalidParamIPv6DestCidrIP":               {"InvalidParam.Ipv6DestCidrIp", 400, parsed("DestCidrIp=", "Ipv6DestCidrIp=x")},
	"IllegalIPv6Cidr":                          {"ILLEGAL_IPV6_CIDR", 400, parsed("DestCidrIp=", "Ipv6DestCidrIp=::/129")},
	"InvalidSecurityGroupInvalidNetworkType":   {"InvalidSecurityGroup.InvalidNetworkType", 400, classic("DestCidrIp=", "Ipv6DestCidrIp=::/0")},
	"InvalidParamSourceIP":                     {"InvalidParam.SourceIp", 400, parsed("SourceCidrIp=x")},
	"InvalidParamIPv6SourceCidrIP":             {"InvalidParam.Ipv6SourceCidrIp", 400, parsed("Ipv6SourceCidrIp=x")},
	"InvalidPolicyMalformed":                   {"InvalidPolicy.Malformed", 400, parsed("Policy=x")},
	"InvalidPriorityMalformed":                 {"InvalidPriority.Malformed", 400, parsed("Priority=x")},
	"InvalidPriorityValueNotSupported":         {"InvalidPriority.ValueNotSupported", 400, parsed("Priority=0")},
	"InvalidNICTypeValueNotSupported":          {"InvalidNicType.ValueNotSupported", 400, parsed("NicType=x")},
	"InvalidNICTypeMismatch":                   {"InvalidNicType.Mismatch", 400, parsed("NicType=internet")},
	"InvalidSecurityGroupDiscriptionMalformed": {"InvalidSecurityGroupDiscription.Malformed", 400, parsed("Description=\xff")},
	"MissingParameterDest":                     {"MissingParameter.Dest", 400, parsed("DestCidrIp=")},
	"InvalidParamDestIP":                       {"InvalidParam.DestIp", 400, parsed("Ipv6DestCidrIp=::/0")},
	"InvalidParamIPv4ProtocolConflictWithIPv6Address": {"InvalidParam.Ipv4ProtocolConflictWithIpv6Address", 400,
		parsed("IpProtocol=icmp", "PortRange=-1/-1", "DestCidrIp=", "Ipv6DestCidrIp=::/0")},
	"InvalidParamIPv6ProtocolConflictWithIPv4Address": {"InvalidParam.Ipv6ProtocolConflictWithIpv4Address", 400,
		parsed("IpProtocol=icmpv6", "PortRange=-1/-1")},

	"AuthorizationLimitExceed":         {"AuthorizationLimitExceed", 403, entered(1, true)},
	"RuleDuplicate":                    {"InvalidOperation.RuleDuplicate", 400, entered(2, true)},
	"InvalidParamterConflict":          {"InvalidParamter.Conflict", 403, entered(2, true, "DestCidrIp=", "DestGroupId=sg-a")},
	"InvalidParamDuplicatePermissions": {"InvalidParam.DuplicatePermissions", 400, entered(2, false)},

	"InvalidDestGroupIDNotFound": {"InvalidDestGroupId.NotFound", 404, parsed("DestCidrIp=", "DestGroupId=sg b")},
	"InvalidDestGroupNotFound":   {"InvalidDestGroup.NotFound", 400, parsed("DestCidrIp=", "DestGroupId=sg-b", "DestGroupOwnerAccount=a b")},
	"InvalidParamSecurityGroupRuleID": {"InvalidParam.SecurityGroupRuleId", 400, func() error {
		return rule.NewGroup("sg-a", rule.VPC, rule.Basic).Restore(rule.Existing{Params: params(), ID: "sgr 1"})
	}},

	"InvalidNetworkTypeConflict":     {"InvalidNetworkType.Conflict", 403, nil},
	"InvalidDestGroupIDMismatch":     {"InvalidDestGroupId.Mismatch", 400, nil},
	"InvalidSecurityGroupIDNotFound": {"InvalidSecurityGroupId.NotFound", 404, nil},
	"InvalidParamPermissions":        {"InvalidParam.Permissions", 400, nil},
}

func classic(words ...string) func() error {
	return func() error {
		_, err := rule.Parse(params(words...), rule.Classic)
		return err
	}
}

// constants reads the Code constants of code.go, so that none can be forgotten.
func constants(t *testing.T) (spelled map[string]string, comments map[string]string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	spelled, comments = map[string]string{}, map[string]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		lit, ok := v.Values[0].(*ast.BasicLit)
		if !ok || len(v.Names) != 1 || len(v.Values) != 1 {
			t.Fatalf("constant %v is not one name with one text", v.Names)
		}
		s, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		spelled[v.Names[0].Name], comments[v.Names[0].Name] = s, v.Doc.Text()
		return true
	})
	return spelled, comments
}

func TestCodesAreComplete(t *testing.T) {
	want := map[string]string{}
	for name, c := range codes {
		want[name] = c.spelled
	}
	got, comments := constants(t)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("constants of code.go differ from the list of the semantics (-want +got):\n%s", diff)
	}
	for _, name := range slices.Sorted(maps.Keys(comments)) {
		if !strings.Contains(strings.ToLower(comments[name]), "page") {
			t.Errorf("the comment of %s does not say which page it comes from: %q", name, comments[name])
		}
	}
}

func TestCodesAreReached(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		c := codes[name]
		t.Run(name, func(t *testing.T) {
			code := rule.Code(c.spelled)
			if code.Status() != c.status || code.Error() != c.spelled {
				t.Errorf("%s: status %d, text %s, want %d, %s", name, code.Status(), code.Error(), c.status, c.spelled)
			}
			if c.reach == nil {
				return
			}
			err := c.reach()
			if !errors.Is(err, code) {
				t.Fatalf("error %v, want code %s", err, code)
			}
			var e *rule.Error
			if !errors.As(err, &e) || e.Code != code || e.Status != c.status {
				t.Errorf("first error %#v, want code %s with status %d", e, code, c.status)
			}
		})
	}
}

// The codes without a way to them are the four that only a region of groups or
// the reader of a request can find.
func TestCodesBeyondThisPackage(t *testing.T) {
	got := map[string]bool{}
	for _, c := range codes {
		if c.reach == nil {
			got[c.spelled] = true
		}
	}
	want := map[string]bool{
		"InvalidNetworkType.Conflict":     true,
		"InvalidDestGroupId.Mismatch":     true,
		"InvalidSecurityGroupId.NotFound": true,
		"InvalidParam.Permissions":        true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes without a test that reaches them (-want +got):\n%s", diff)
	}
}

// The page's error table and the conditions of entry, status and code, as they
// stand there.
func TestCodesOfThePage(t *testing.T) {
	const table = `
404 InvalidSecurityGroupId.NotFound
404 InvalidDestGroupId.NotFound
400 OperationDenied
400 InvalidIpProtocol.Malformed
400 InvalidDestCidrIp.Malformed
400 InvalidPolicy.Malformed
400 InvalidNicType.Mismatch
403 InvalidParamter.Conflict
400 InvalidDestGroup.NotFound
400 InvalidPriority.Malformed
400 InvalidPriority.ValueNotSupported
403 InvalidNetworkType.Conflict
400 InvalidNicType.ValueNotSupported
400 InvalidSecurityGroupDiscription.Malformed
400 InvalidSecurityGroup.InvalidNetworkType
400 MissingParameter.Dest
400 InvalidParam.PortRange
400 InvalidIpProtocol.ValueNotSupported
400 InvalidParam.SourceIp
400 InvalidParam.DestIp
400 InvalidParam.Ipv6DestCidrIp
400 InvalidParam.Ipv6SourceCidrIp
400 InvalidParam.Ipv4ProtocolConflictWithIpv6Address
400 InvalidParam.Ipv6ProtocolConflictWithIpv4Address
400 ILLEGAL_IPV6_CIDR`
	newer := map[string]int{
		"AuthorizationLimitExceed":          403,
		"InvalidOperation.RuleDuplicate":    400,
		"InvalidDestGroupId.Mismatch":       400,
		"InvalidParam.DuplicatePermissions": 400,
		"InvalidParam.Permissions":          400,
		"InvalidParam.SecurityGroupRuleId":  400,
	}
	want := maps.Clone(newer)
	for line := range strings.Lines(strings.TrimSpace(table)) {
		status, code, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(status)
		if err != nil {
			t.Fatal(err)
		}
		want[code] = n
	}
	got := map[string]int{}
	spelled, _ := constants(t)
	for s := range maps.Values(spelled) {
		got[s] = rule.Code(s).Status()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes and statuses differ from the page's (-want +got):\n%s", diff)
	}
}
