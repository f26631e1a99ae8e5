// Package ecs reads and writes the provider's wire forms: the request of
// AuthorizeSecurityGroupEgress ([ParseRequest]), the reply of
// DescribeSecurityGroupAttribute ([ReadDescription], [Collector]) and the API's
// own reply ([Reply]). A [Region] plays the call against groups that know each other.
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
//     probably a lost rule than intended;
//   - an unencoded # in a request is refused: a client does not send the text
//     after it;
//   - a value of a query with another parameter in it, its = unencoded, is refused:
//     the separator between them was lost, and the rule would be another;
//   - the forms of a request beside its query (HTML's &amp;, quotes, command lines,
//     JSON) are those that people have; what a shell would replace, null in JSON
//     and a body apart from the query are refused;
//   - a reply states a rule's IpProtocol, PortRange, Policy and Priority: where one
//     is missing the reply is damaged, and the defaults of a request do not hold;
//   - a reply without a SecurityGroupType is of a basic group, unless its reader
//     says otherwise;
//   - the pages of a reply are given in order, and agree on all but RequestId;
//   - a reply in XML is built as the provider's replies are: elements only;
//   - a reply has no word for a VPC group whose VPC is not known: its VpcId is
//     written, and read, as vpc-unknown;
//   - a call with faults in its parameters is not checked against the groups, and
//     the fault of an unknown source group comes last;
//   - an owner given by DestGroupOwnerId alone is not checked: groups know their
//     owner by account.
package ecs
