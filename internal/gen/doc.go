// Package gen makes rules, groups, interfaces, members and packets for tests,
// biased to where mistakes live: the ends of blocks and port ranges, prefix
// lengths beside the word and table boundaries, blocks that nest and overlap,
// equal priorities, shadowed rules, addresses in their odd forms.
//
// One implementation serves two drivers: every choice comes from a [Source],
// which is a seeded random number generator where a test wants hundreds of
// thousands of packets a second, and rapid where it wants a failure shrunk.
// Smaller choices make simpler things, so that shrinking leads somewhere.
//
// Generated rules are valid and enter groups by the methods of package rule; a method
// that refuses one shows a mistake in either, and the generator panics.
package gen
