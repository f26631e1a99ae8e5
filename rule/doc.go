// Package rule is the vocabulary of egress rules: what the parameters of
// AuthorizeSecurityGroupEgress (ECS, API version 2014-05-26) mean, which
// values the provider refuses and with which code, and how rules enter a
// security group. It knows no packet: package match decides those.
//
// [Parse] makes a [Rule] of text. Rules enter a [Group] through [Group.Authorize]
// (request text), [Group.Add] (typed rules, the same checks) or [Group.Restore]
// (rules that a Describe reply says exist). The rules of a Group are valid and
// are not checked again.
//
// Where the provider's page and its newer pages disagree, the page wins. What
// no page says is marked "ours":
//
//   - SourcePortRange -1/-1 means any port for every protocol, tcp and udp too;
//   - the order in which the faults of one request are reported: by parameter
//     in the order of the page's table as [Params] lists it, then those of
//     several parameters together, then those of entry into the group;
//   - an owner account that is the group's own counts as none named;
//   - an id that [CheckID] refuses is in no account: as DestGroupId it is not
//     found, as the id of a restored rule it is InvalidParam.SecurityGroupRuleId.
package rule
