package rule

// Code is an error code of the provider, spelled as the API spells it. A Code
// is an error itself, so that errors.Is(err, rule.RuleDuplicate) asks for it.
type Code string

// The codes of one request's parameters. Their HTTP status is 400. "Page" means
// the API page of AuthorizeSecurityGroupEgress.
const (
	// IpProtocol is absent, or holds anything but ASCII letters and digits. Page.
	InvalidIPProtocolMalformed Code = "InvalidIpProtocol.Malformed"
	// IpProtocol is a word or number that is no protocol of rules. Page.
	InvalidIPProtocolValueNotSupported Code = "InvalidIpProtocol.ValueNotSupported"
	// PortRange is absent, or it or SourcePortRange is no range of ports. Page.
	InvalidParamPortRange Code = "InvalidParam.PortRange"
	// A range of ports does not go with the protocol. Page.
	OperationDenied Code = "OperationDenied"
	// DestCidrIp is no IPv4 address or block. Page.
	InvalidDestCidrIPMalformed Code = "InvalidDestCidrIp.Malformed"
	// The address of Ipv6DestCidrIp is no IPv6 address. Page.
	InvalidParamIPv6DestCidrIP Code = "InvalidParam.Ipv6DestCidrIp"
	// The prefix length of an IPv6 block is bad. Page.
	IllegalIPv6Cidr Code = "ILLEGAL_IPV6_CIDR"
	// An IPv6 block is given in a classic group. Page.
	InvalidSecurityGroupInvalidNetworkType Code = "InvalidSecurityGroup.InvalidNetworkType"
	// SourceCidrIp is no IPv4 address or block, or there is an IPv6 source, too. Page.
	InvalidParamSourceIP Code = "InvalidParam.SourceIp"
	// The address of Ipv6SourceCidrIp is no IPv6 address. Page.
	InvalidParamIPv6SourceCidrIP Code = "InvalidParam.Ipv6SourceCidrIp"
	// Policy is neither accept nor drop. Page.
	InvalidPolicyMalformed Code = "InvalidPolicy.Malformed"
	// Priority is no plain integer. Page.
	InvalidPriorityMalformed Code = "InvalidPriority.Malformed"
	// Priority is an integer outside 1..100. Page.
	InvalidPriorityValueNotSupported Code = "InvalidPriority.ValueNotSupported"
	// NicType is neither internet nor intranet. Page.
	InvalidNICTypeValueNotSupported Code = "InvalidNicType.ValueNotSupported"
	// NicType is internet in a VPC group, or for a destination group. Page.
	InvalidNICTypeMismatch Code = "InvalidNicType.Mismatch"
	// Description is too long or not UTF-8. Page, with its spelling.
	InvalidSecurityGroupDiscriptionMalformed Code = "InvalidSecurityGroupDiscription.Malformed"
	// No destination is given. Page.
	MissingParameterDest Code = "MissingParameter.Dest"
	// Both an IPv4 and an IPv6 destination are given. Page.
	InvalidParamDestIP Code = "InvalidParam.DestIp"
	// icmp with an IPv6 address, or an IPv4 source with an IPv6 destination. Page.
	InvalidParamIPv4ProtocolConflictWithIPv6Address Code = "InvalidParam.Ipv4ProtocolConflictWithIpv6Address"
	// icmpv6 with an IPv4 address, or an IPv6 source with an IPv4 destination. Page.
	InvalidParamIPv6ProtocolConflictWithIPv4Address Code = "InvalidParam.Ipv6ProtocolConflictWithIpv4Address"
)

// The codes of a rule's entry into a group. Package ecs finds those that need
// knowledge of other groups or of the request's form.
const (
	// The group is full. Status 403; the page gives the limit, a newer page the code.
	AuthorizationLimitExceed Code = "AuthorizationLimitExceed"
	// The group holds an equal rule. Status 400. The page says that the call
	// fails and names no code; by newer pages it succeeds and adds nothing.
	RuleDuplicate Code = "InvalidOperation.RuleDuplicate"
	// The destination group is the source group. Status 403. Page, with its spelling.
	InvalidParamterConflict Code = "InvalidParamter.Conflict"
	// The destination group is not known. Status 404. Page.
	InvalidDestGroupIDNotFound Code = "InvalidDestGroupId.NotFound"
	// The destination group is not in the account that the request names. Status 400. Page.
	InvalidDestGroupNotFound Code = "InvalidDestGroup.NotFound"
	// The two groups differ in network type. Status 403. Page.
	InvalidNetworkTypeConflict Code = "InvalidNetworkType.Conflict"
	// The two groups are in different VPCs. Status 400. Newer page.
	InvalidDestGroupIDMismatch Code = "InvalidDestGroupId.Mismatch"
	// The source group is not known. Status 404. Page.
	InvalidSecurityGroupIDNotFound Code = "InvalidSecurityGroupId.NotFound"
	// Two rules of one call are equal. Status 400. Newer page.
	InvalidParamDuplicatePermissions Code = "InvalidParam.DuplicatePermissions"
	// The rules of one call are not 1 to 100, or flat and N form are mixed. Status 400. Newer page.
	InvalidParamPermissions Code = "InvalidParam.Permissions"
	// The id of a rule that a Describe reply states is no id. Status 400. Newer
	// page of RevokeSecurityGroupEgress; to use its code here is ours.
	InvalidParamSecurityGroupRuleID Code = "InvalidParam.SecurityGroupRuleId"
)

// Error returns the code as the API spells it.
func (c Code) Error() string { return string(c) }

// Status returns the HTTP status of the API's reply with this code.
func (c Code) Status() int {
	switch c {
	case InvalidSecurityGroupIDNotFound, InvalidDestGroupIDNotFound:
		return 404
	case AuthorizationLimitExceed, InvalidParamterConflict, InvalidNetworkTypeConflict:
		return 403
	}
	return 400
}
