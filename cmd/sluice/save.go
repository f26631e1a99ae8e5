package main

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/sluice/ecs"
)

// saveChanged writes the groups that requests have changed into dir. What a file
// said of a group beside its rules is kept.
func saveChanged(dir string, changed []ecs.Request, known []*ecs.Description, region *ecs.Region) error {
	read := make(map[string]*ecs.Description, len(known))
	for _, d := range known {
		read[d.Group.ID()] = d
	}
	descriptions := make([]*ecs.Description, len(changed))
	for i, q := range changed {
		if descriptions[i] = read[q.GroupID]; descriptions[i] != nil {
			continue
		}
		g, _ := region.Group(q.GroupID) // a changed group is there
		id, err := ecs.NewRequestID(rand.Reader)
		if err != nil {
			return err
		}
		descriptions[i] = ecs.NewDescription(g)
		descriptions[i].RequestID, descriptions[i].RegionID = id, q.RegionID
	}
	return save(dir, descriptions)
}

// save writes descriptions into dir, which it makes where it is missing. Each
// goes to a temporary file first, and no file is moved into place before all of
// them are whole and on the disk.
func save(dir string, descriptions []*ecs.Description) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	temporary := make([]string, len(descriptions))
	defer func() {
		for _, name := range temporary {
			os.Remove(name) // those moved into place are no longer there
		}
	}()
	for i, d := range descriptions {
		temporary[i] = filepath.Join(dir, ".sluice-"+rand.Text()+".tmp")
		if err := writeFile(temporary[i], d); err != nil {
			return fmt.Errorf("-o: %w", err)
		}
	}
	for i, d := range descriptions {
		if err := os.Rename(temporary[i], filepath.Join(dir, fileName(d.Group.ID()))); err != nil {
			return fmt.Errorf("-o: %w", err)
		}
	}
	if f, err := os.Open(dir); err == nil {
		f.Sync() // makes the moves last; not every system can
		f.Close()
	}
	return nil
}

// writeFile writes a new file and has it put on the disk.
func writeFile(name string, d *ecs.Description) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := d.WriteTo(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// fileName is the name of a group's file: the id, in which every byte but ASCII
// letters, digits, "-", "_" and inner dots is written %XX, so that no id leaves
// the directory and no two ids share a name. Of a very long id it is a prefix and a
// checksum.
func fileName(id string) string {
	var b strings.Builder
	for i := 0; i < len(id); i++ {
		c := id[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	name := b.String()
	const most = 180 // bytes; common file systems take 255
	if len(name) > most {
		name = fmt.Sprintf("%s~%x", name[:most-65], sha256.Sum256([]byte(id)))
	}
	return name + ".json"
}
