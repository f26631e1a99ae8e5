// Package ecs reads and writes the provider's wire forms: the request of
// AuthorizeSecurityGroupEgress ([ParseRequest]), the reply of
// DescribeSecurityGroupAttribute ([ReadDescription]) and the API's own reply
// ([Reply]). A [Region] plays the call against groups that know each other.
//
// The sources are the API pages of the two calls (ECS, version 2014-05-26). What
// they say is marked "page" or, where only a later edition of the page has it,
// "newer page". Reading is strict and bounded, and nothing is dropped silently:
// a name or a value that cannot be represented faithfully is refused by name.
//
// What no page says is marked "ours":
//
//   - a plus sign in a request is a space, as in any query string; the provider's
//     signing rules demand %2B for a plus;
//   - the numbers of Permissions.N are 1, 2, 3... without a gap: a gap is more
//     likely a lost rule than a wish;
//   - an unencoded # in a request is refused: what stands behind it would never
//     have reached the provider;
//   - a reply has no word for a VPC group whose VPC is not known: its VpcId is
//     written, and read, as vpc-unknown;
//   - a call with faults in its parameters is not checked against the groups, and
//     the fault of an unknown source group comes last;
//   - an owner given by DestGroupOwnerId alone is not checked: groups know their
//     owner by account.
package ecs
