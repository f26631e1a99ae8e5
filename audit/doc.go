// Package audit answers questions about all packets at once: which rules are dead
// and what hides them ([Lint]), which can be removed together ([Removable]), what a
// change of rules changes ([Diff]), and whether any packet meets a condition
// ([Find], [FindEach]). It does no I/O.
//
// The answers are exact over the whole space of packets that package match
// decides: both IP versions, 256 protocols, ports 0 to 65535 of tcp and udp,
// members of groups, and the NIC in classic networks. They come from the union of
// rules, never from comparing two at a time, and each comes with a witness that
// [match.Table.Decide] confirms, or is a proof that there is none. Packets that
// are invalid to package match are not searched. The same question has the same
// answer, in the same order.
//
// Every call takes a context, which it asks at least every few milliseconds, a
// compiled table, and [Option] values such as [WithBounds].
//
// # Names in the literature
//
// Al-Shaer and Hamed (Firewall Policy Advisor, 2003) name anomalies between two
// rules; here the second rule may be the union of many.
//
//   - shadowing: a rule that earlier ones cover, with another verdict for some of
//     its packets. That is [Shadowed].
//   - redundancy: a rule whose removal changes nothing. By a cover of stronger
//     rules it is [Redundant], by weaker rules or the default [Needless].
//   - correlation: rules of different verdicts that overlap in part. It is how
//     exceptions are written, so that it is reported only where nothing but drop
//     winning a tie orders the two: that is [Tie].
//   - generalisation: a rule that covers a stronger one of another verdict. It is
//     how exceptions are written, too, and is not reported.
//
// # Method and cost
//
// The rules' edges cut each field into pieces that no rule tells apart. A search
// goes down the fields, from destination, protocol and NIC to source, destination
// port and source port, and carries the list of rules that are still live, without
// those that a stronger one covers in all fields to come. Two facts make it cheap.
// At each field the same list leads to the same answers, so that it is searched
// once: this is a first-match decision diagram whose nodes are lists of live
// rules. And few rules are live at once: a sweep over a field keeps the list from
// one cut to the next, so that rules that are disjoint in a field cost a sort.
// Destinations go by equivalence class, not by range: a group with 65,536 members
// costs one sort of them, and from then on is one class.
//
// Lint and Find look for the rules that decide packets in such a search, and leave
// out whatever leads only to rules already found. Lint then searches inside each
// rule, among the rules that meet it: an index finds them by the field in which
// the fewest do. For the smallest cover of a dead rule it takes a smallest set that
// hits the packets seen so far, searches for packets that this set leaves out, and
// so on: it never lists the overlaps. Diff searches the rules of both tables side
// by side, ends a branch where they are the same, and joins equal nodes; what is
// left it cuts into regions, in several orders of the fields, and takes the
// smallest number. Inside each region a search finds the rules that decide there.
//
// Measured on one busy core of a shared server: 100 ordinary rules are linted and
// compared in 1 to 2 ms each, 1,000 of ten groups in some 40 and 30 ms, a rule to
// 65,536 members in some 40 ms each. Rules that are disjoint in one field take ten
// microseconds each: 8,000 of them 0.1 s, 60,000 some 0.6 s. A hundred rules that
// overlap in every field, no two of them nested, take 0.3 s and 0.6 s; a thousand
// random ones some 2 s each. The benchmarks show it. Disjoint boxes, the plain
// alternative, would multiply with the overlaps of those in all four fields.
//
// Nothing bounds the answers of arbitrary rules by a polynomial, so that the work
// is bounded, by [Bounds]. What takes more ends in a [BoundError] and has no
// answer, never a part of one. One concession is made within the bounds: where the
// search for a smallest cover is long, a cover does from which no rule can be left
// out.
package audit
