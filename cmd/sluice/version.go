package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// toolVersion is the module's version as the build recorded it, "(devel)" where it
// recorded none.
func toolVersion(info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// versionText is what --version prints: the module's version, the commit that it
// was built from, and the Go release that built it.
func versionText(info *debug.BuildInfo) string {
	commit, modified, release := "no commit recorded", "", runtime.Version()
	if info != nil {
		release = info.GoVersion
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = "commit " + s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = ", modified"
			}
		}
	}
	return fmt.Sprintf("sluice %s (%s%s, %s)\n", toolVersion(info), commit, modified, release)
}

// buildInfo is what the build recorded; nil: nothing.
func buildInfo() *debug.BuildInfo {
	info, _ := debug.ReadBuildInfo()
	return info
}
