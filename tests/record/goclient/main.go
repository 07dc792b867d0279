// Command goclient checks a log in C2SP tiles with the Go project's own packages and no code of
// the log's. It prints "ok" and exits with 0, or prints what it refuses and exits with 1.
//
//	goclient DIRECTORY VERIFIER_KEY
//
// The directory has the checkpoint and the tiles at their C2SP paths, and proofs.json.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// tiles reads the log's files; tlog's own paths name the height, those of C2SP do not.
type tiles struct{ directory string }

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := t.read(tile)
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(t.directory, path))
}

// proofs are what the log has made; this program makes the same ones itself and compares.
type proofs struct {
	Inclusion []struct {
		Index int64
		Proof tlog.RecordProof
	}
	Consistency []struct {
		Old   int64
		Root  tlog.Hash
		Proof tlog.TreeProof
	}
}

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func check(directory, vkey string) error {
	tree, err := openCheckpoint(filepath.Join(directory, "checkpoint"), vkey)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	leaves, err := readEntries(tiles{directory}, tree.N)
	if err != nil {
		return fmt.Errorf("entries: %w", err)
	}
	// This reader checks each tile against the tree's root before it gives a hash from it.
	reader := tlog.TileHashReader(tree, tiles{directory})
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return fmt.Errorf("tiles: %w", err)
	}
	for i, hash := range hashes {
		if hash != leaves[i] {
			return fmt.Errorf("tiles: leaf %d is not its entry", i)
		}
	}
	return checkProofs(directory, tree, leaves, reader)
}

func openCheckpoint(path, vkey string) (tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("wrong lines or origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, errors.New("wrong root")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// readEntries gives the record hash of each entry of the bundles.
func readEntries(source tiles, size int64) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for first := int64(0); first < size; first += 1 << height {
		width := size - first
		if width > 1<<height {
			width = 1 << height
		}
		data, err := source.read(tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)})
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, errors.New("a bundle is too short")
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, tlog.RecordHash(data[2:end]))
			data = data[end:]
		}
		if len(data) > 0 {
			return nil, errors.New("a bundle is too long")
		}
	}
	return leaves, nil
}

func checkProofs(directory string, tree tlog.Tree, leaves []tlog.Hash, reader tlog.HashReader) error {
	data, err := os.ReadFile(filepath.Join(directory, "proofs.json"))
	if err != nil {
		return err
	}
	var given proofs
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	for _, p := range given.Inclusion {
		if err := tlog.CheckRecord(p.Proof, tree.N, tree.Hash, p.Index, leaves[p.Index]); err != nil {
			return fmt.Errorf("inclusion of %d: %w", p.Index, err)
		}
		own, err := tlog.ProveRecord(tree.N, p.Index, reader)
		if err != nil || len(own)+len(p.Proof) > 0 && !reflect.DeepEqual(own, p.Proof) {
			return fmt.Errorf("inclusion of %d: another proof than Go's, %v", p.Index, err)
		}
	}
	for _, p := range given.Consistency {
		if err := tlog.CheckTree(p.Proof, tree.N, tree.Hash, p.Old, p.Root); err != nil {
			return fmt.Errorf("consistency from %d: %w", p.Old, err)
		}
		own, err := tlog.ProveTree(tree.N, p.Old, reader)
		if err != nil || len(own)+len(p.Proof) > 0 && !reflect.DeepEqual(own, p.Proof) {
			return fmt.Errorf("consistency from %d: another proof than Go's, %v", p.Old, err)
		}
	}
	return nil
}
