// Package audit answers questions about all packets at once: which rules are
// dead ([Lint]), what a change of rules changes ([Diff]), whether there is any
// packet that ([Find], [FindEach]).
package audit
