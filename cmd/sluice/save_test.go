package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/sluice/ecs"
	"example.com/sluice/rule"
)

// list returns the names of all that is in a directory.
func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

const webRequest = "SecurityGroupId=sg-web&RegionId=cn-hangzhou&IpProtocol=udp&PortRange=123/123&DestCidrIp=192.0.2.7/32"

func TestSaveKeepsWhatTheFileSays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "groups") // made on the way
	got := authorized(t, "", "-g", newer, "-g", older, "-o", dir, webRequest, "SecurityGroupId=sg-older01&IpProtocol=no")
	if got.status != 1 || !strings.HasPrefix(got.stdout, ok) {
		t.Errorf("authorize -o: %+v, want one reply good, one refused", got)
	}
	if names := list(t, dir); !slices.Equal(names, []string{"sg-web.json"}) {
		t.Fatalf("files %q, want that of the changed group alone", names)
	}
	path := filepath.Join(dir, "sg-web.json")
	text := readFile(t, path)
	for _, want := range []string{`"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"`, `"SecurityGroupName": "web"`, `"vpc-shop"`, `"sgr-web08"`, `"sgr-web09"`, `"ingress"`, `"123/123"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s:\n%s\nwant in it %s", path, text, want)
		}
	}

	// Read back it decides as the file it comes from, and by the new rule.
	args := []string{"decide", "--json", "-g", path, "--members", members}
	want := sluice(readFile(t, packetsFile), "decide", "--json", "-g", newer, "--members", members)
	check(t, sluice(readFile(t, packetsFile), args...), want, args...)
	args = append(args, "udp 10.0.0.5:9 > 192.0.2.7:123")
	const by = `"cause":"rule","rule":{"group":"sg-web","index":8,"priority":1,"policy":"accept"}}`
	if got := sluice("", args...); got.status != 0 || !strings.Contains(got.stdout, by) {
		t.Errorf("sluice %q: %+v, want %s", args, got, by)
	}

	// Another run replaces the file.
	again := authorized(t, "", "-g", path, "-o", dir, strings.Replace(webRequest, "123/123", "124/124", 1))
	check(t, again, result{0, ok, ""}, "authorize -o, again")
	if text := readFile(t, path); !strings.Contains(text, `"123/123"`) || !strings.Contains(text, `"124/124"`) {
		t.Errorf("%s: %s, want both new rules", path, text)
	}
	if names := list(t, dir); len(names) != 1 {
		t.Errorf("files %q, want one and nothing temporary", names)
	}
}

func TestSaveGroupsWithoutFile(t *testing.T) {
	dir := t.TempDir()
	const rest = "&RegionId=cn-x&IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.113.0/24"
	ids := []string{"sg-1", "..", "../../up", "/etc/passwd", ".hidden", "a%2Fb", "a*b", "é", "sg-09AZ_az"}
	var requests []string
	for _, id := range ids {
		requests = append(requests, "SecurityGroupId="+strings.ReplaceAll(id, "%", "%25")+rest)
	}
	got := authorized(t, strings.Join(requests, "\n"), "-o", dir)
	check(t, got, result{0, strings.Repeat(ok, len(ids)), ""}, "authorize -o")
	want := []string{"%2E..json", "%2E.%2F..%2Fup.json", "%2Fetc%2Fpasswd.json", "%2Ehidden.json", "a%252Fb.json", "a%2Ab.json", "%C3%A9.json", "sg-09AZ_az.json", "sg-1.json"}
	slices.Sort(want)
	if names := list(t, dir); !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	text := readFile(t, filepath.Join(dir, "sg-1.json"))
	if !uuid.MatchString(text) || !strings.Contains(text, `"RegionId": "cn-x"`) {
		t.Errorf("sg-1.json: %s, want a request id and the request's region", text)
	}
	args := []string{"decide", "--json", "-g", filepath.Join(dir, "sg-1.json"), goodPacket}
	check(t, sluice("", args...), result{0, `{"packet":"` + goodPacket + `","verdict":"accept","cause":"rule","rule":{"group":"sg-1","index":0,"priority":1,"policy":"accept"}}` + "\n", ""}, args...)
}

func TestFileNameOfLongIDs(t *testing.T) {
	long := strings.Repeat("é", 500)
	if got, want := fileName(strings.Repeat("a", 180)), strings.Repeat("a", 180)+".json"; got != want {
		t.Errorf("fileName of 180 letters = %q, want %q", got, want)
	}
	if got, want := fileName(strings.Repeat("a", 181)), strings.Repeat("a", 115)+"~"; !strings.HasPrefix(got, want) {
		t.Errorf("fileName of 181 letters = %q, want it to start with %q", got, want)
	}
	a, b := fileName(long+"a"), fileName(long+"b")
	if a == b || len(a) > 200 || !strings.HasSuffix(a, ".json") {
		t.Errorf("fileName of two long ids = %q, %q; want two names of at most 200 bytes", a, b)
	}
}

// Where one file cannot be written, nothing is printed, nothing temporary stays,
// and what stood there stands.
func TestSaveErrors(t *testing.T) {
	const good = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=1/200&DestCidrIp=10.0.0.3"
	t.Run("the directory is a file", func(t *testing.T) {
		path := file(t, "mine")
		refused(t, good, []string{"authorize", "-o", path}, "-o: ", path)
		if text := readFile(t, path); text != "mine" {
			t.Errorf("%s holds %q now", path, text)
		}
	})
	t.Run("a directory stands in the place", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "sg-1.json"), 0o777); err != nil {
			t.Fatal(err)
		}
		refused(t, good, []string{"authorize", "-o", dir}, "-o: ", "sg-1.json")
		if names := list(t, dir); !slices.Equal(names, []string{"sg-1.json"}) {
			t.Errorf("files %q, want nothing but what was there", names)
		}
	})
	t.Run("a reply that cannot be written", func(t *testing.T) {
		dir := t.TempDir()
		d := ecs.NewDescription(rule.NewGroup("sg-1", rule.VPC, rule.Basic))
		if err := save(dir, []*ecs.Description{d, {}}); err == nil {
			t.Error("save of a description without a group: no error")
		}
		if names := list(t, dir); len(names) > 0 {
			t.Errorf("files %q, want none", names)
		}
	})
}
