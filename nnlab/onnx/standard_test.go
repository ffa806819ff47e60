package onnx

import (
	"archive/zip"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/nnlab-go/lab/internal/made"
	"github.com/nnlab-go/lab/nnlab/nn"
	"github.com/nnlab-go/lab/nnlab/onnx/internal/pb"
)

const committed = "testdata/standard.zip"

var (
	standard = flag.String("standard", committed, "the archive of the standard's tests that testdata/standard.py has written")
	write    = flag.Bool("write", false, "write the list of docs/onnx.md anew")
)

// standardCase is a test of the ONNX standard: a model, and what it gives for some inputs.
type standardCase struct {
	name            string
	model           []byte
	inputs, outputs []*pb.TensorProto
}

// standardCases reads them, and the names of the standard's operators.
func standardCases(t *testing.T) (all []standardCase, operators []string) {
	t.Helper()
	z, err := zip.OpenReader(*standard)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, part, _ := strings.Cut(f.Name, "/")
		if part == "" {
			operators = strings.Fields(string(data))[2:] // behind the version
			continue
		}
		if part == "model.onnx" {
			all = append(all, standardCase{name: name, model: data})
			continue
		}
		c, a := &all[len(all)-1], &pb.TensorProto{}
		if err := proto.Unmarshal(data, a); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part, "input") {
			c.inputs = append(c.inputs, a)
		} else {
			c.outputs = append(c.outputs, a)
		}
	}
	return all, operators
}

// seen is a tensor with its axes as the lab has them, behind the batch.
func seen(t *pb.TensorProto, axes []int) (*constant, error) {
	c, err := constantOf(t)
	if err != nil {
		return nil, err
	}
	order := []int{0}
	for _, a := range axes {
		order = append(order, a+1)
	}
	return c.turned(order), nil
}

// run loads the model, and compares its answers with the standard's, as near as the standard's
// own runner wants them: some of its numbers are written with four digits.
func (c standardCase) run(path string) (refused, failed error) {
	if err := os.WriteFile(path, c.model, 0o600); err != nil {
		return nil, err
	}
	i, err := open(path, nil)
	if err != nil {
		return err, nil
	}
	m, err := i.model()
	if err != nil {
		return err, nil
	}
	if err := m.Compile(nn.NoLoss, nn.SGD(0.1)).Err(); err != nil {
		return nil, err
	}
	var data nn.Multi
	for k, x := range c.inputs {
		x, err := seen(x, i.entries[k].axes)
		if err != nil {
			return nil, err
		}
		data.X = append(data.X, made.Examples{Of: x.dims[1:], Values: x.floats})
	}
	data.Y = data.X[:1]
	answers, err := m.PredictAll(data)
	if err != nil {
		return nil, err
	}
	if len(answers) != len(c.outputs) {
		return nil, fmt.Errorf("%d outputs, want %d", len(answers), len(c.outputs))
	}
	for k, y := range answers {
		want, err := seen(c.outputs[k], i.values[i.file.Output[k].GetName()].axes)
		if err != nil {
			return nil, err
		}
		if !slices.Equal(y.Shape, want.dims) {
			return nil, fmt.Errorf("output %d is %v, want %v", k, y.Shape, want.dims)
		}
		large := 0.0
		for _, w := range want.floats {
			large = max(large, math.Abs(float64(w)))
		}
		for at, v := range y.Values() {
			if w := want.floats[at]; !(math.Abs(float64(v-w)) <= 1e-3*math.Abs(float64(w))+1e-6*large) {
				return nil, fmt.Errorf("number %d of output %d is %v, want %v", at, k, v, w)
			}
		}
	}
	return nil, nil
}

// about is the operator that a test is of, and all of them where it is of several.
func (c standardCase) about(t *testing.T) string {
	var file pb.ModelProto
	if err := proto.Unmarshal(c.model, &file); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, n := range file.Graph.Node {
		kinds = append(kinds, n.GetOpType())
	}
	slices.Sort(kinds)
	return strings.Join(slices.Compact(kinds), ", ")
}

// The lab computes what the standard says, or refuses the file and says why: docs/onnx.md has the
// list, which this test writes.
func TestStandard(t *testing.T) {
	cases, all := standardCases(t)
	type row struct {
		taken, of int
		why       map[string][]string // the names of tests
	}
	rows, taken := map[string]*row{}, 0
	for _, c := range cases {
		about := c.about(t)
		if rows[about] == nil {
			rows[about] = &row{why: map[string][]string{}}
		}
		r := rows[about]
		r.of++
		refused, failed := c.run(filepath.Join(t.TempDir(), "model.onnx"))
		switch {
		case failed != nil:
			t.Errorf("%s: %v", c.name, failed)
		case refused != nil:
			why := regexp.MustCompile(`^\d+ nodes cannot be taken: |^input \w+: `).ReplaceAllString(refused.Error(), "")
			why = strings.TrimPrefix(regexp.MustCompile(`^(\w+) \w*: `).ReplaceAllString(why, "$1: "), about+": ")
			r.why[why] = append(r.why[why], strings.TrimPrefix(c.name, "test_"))
		default:
			r.taken, taken = r.taken+1, taken+1
		}
	}
	if *standard != committed {
		for about, r := range rows {
			t.Log(about, r.taken, "of", r.of, r.why)
		}
		return
	}
	var list []string
	for _, op := range all {
		if operators[op] != nil {
			list = append(list, op)
		}
	}
	text := fmt.Sprintf("Of the standard's %d operators %d are taken: %s.\n\nOf %d tests %d give the standard's numbers.\n\n| operators | tests | refused |\n|---|--:|---|\n",
		len(all), len(list), strings.Join(list, ", "), len(cases), taken)
	for _, about := range slices.Sorted(maps.Keys(rows)) {
		r := rows[about]
		var why []string
		for _, reason := range slices.Sorted(maps.Keys(r.why)) {
			why = append(why, fmt.Sprintf("%s (%s)", strings.ReplaceAll(reason, "|", "\\|"), strings.Join(r.why[reason], ", ")))
		}
		text += fmt.Sprintf("| %s | %d of %d | %s |\n", about, r.taken, r.of, strings.Join(why, "; "))
	}
	const page, mark = "../../docs/onnx.md", "<!-- from here on: go test ./nnlab/onnx -run TestStandard -write -->\n"
	was, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, before, found := strings.Cut(string(was), mark)
	if !found {
		t.Fatalf("%s has no mark", page)
	}
	if *write {
		if err := os.WriteFile(page, []byte(head+mark+text), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if before != text {
		t.Errorf("%s is of before: go test ./nnlab/onnx -run TestStandard -write makes it anew; these lines are new", page)
		for line := range strings.Lines(text) {
			if !strings.Contains(before, line) {
				t.Error(line)
			}
		}
	}
}

// Each operator of the standard that is not taken is refused by its name.
func TestStandardNames(t *testing.T) {
	_, all := standardCases(t)
	if len(all) < 200 {
		t.Fatalf("%d operators", len(all))
	}
	file := &pb.ModelProto{Graph: &pb.GraphProto{}}
	for _, op := range all {
		file.Graph.Node = append(file.Graph.Node, &pb.NodeProto{OpType: &op, Input: []string{"x"}, Output: []string{"y"}})
	}
	i, err := newImporter(file)
	if err != nil {
		t.Fatal(err)
	}
	unknown := i.unknown()
	for _, op := range all {
		if slices.Contains(unknown, "1 × "+op) == (operators[op] != nil) {
			t.Errorf("%s is both taken and refused, or neither", op)
		}
	}
	for op := range operators {
		if !slices.Contains(all, op) {
			t.Errorf("the standard has no %s", op)
		}
	}
}

// A file that says what cannot be is refused, whatever it says.
func TestDamagedFiles(t *testing.T) {
	cases, _ := standardCases(t)
	r := rand.New(rand.NewPCG(1, 2))
	number := func() int64 { return int64(r.IntN(9)) - 3 }
	damage := func(list []int64) []int64 {
		switch k := r.IntN(4); {
		case len(list) == 0 || k == 0:
			return append(list, number())
		case k == 1:
			return list[:len(list)-1]
		}
		list[r.IntN(len(list))] = number()
		return list
	}
	refused := 0
	for _, c := range cases {
		for range 30 {
			var file pb.ModelProto
			if err := proto.Unmarshal(c.model, &file); err != nil {
				t.Fatal(err)
			}
			n := file.Graph.Node[r.IntN(len(file.Graph.Node))]
			switch k := r.IntN(4); {
			case k == 0 && len(n.Input) > 0:
				n.Input = n.Input[:len(n.Input)-1]
			case k == 1 && len(n.Input) > 0:
				n.Input[r.IntN(len(n.Input))] = ""
			case k == 2 && len(file.Graph.Initializer) > 0:
				a := file.Graph.Initializer[r.IntN(len(file.Graph.Initializer))]
				if a.GetDataType() == int32(pb.TensorProto_INT64) && len(a.Dims) == 1 && len(a.RawData) == 8*int(a.Dims[0]) {
					var list []int64
					for b := range slices.Chunk(a.RawData, 8) {
						list = append(list, int64(binary.LittleEndian.Uint64(b)))
					}
					a.Int64Data, a.RawData = damage(list), nil
					a.Dims[0] = int64(len(a.Int64Data))
				} else {
					a.Dims = damage(a.Dims)
				}
			case len(n.Attribute) > 0:
				a := n.Attribute[r.IntN(len(n.Attribute))]
				a.Ints, a.I = damage(a.Ints), proto.Int64(number())
			}
			func() {
				defer func() {
					if p := recover(); p != nil {
						t.Errorf("%s: %v in %v: %s", c.name, p, n, debug.Stack())
					}
				}()
				i, err := newImporter(&file)
				if err == nil && i.unknown() == nil {
					_, err = i.model()
				}
				if err != nil {
					refused++
				}
			}()
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d of %d are refused", refused, 30*len(cases))
}
