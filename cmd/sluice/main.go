// Command sluice answers what the egress rules of ECS security groups do with a
// packet, and plays the API call that makes such rules. See sluice --help.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
