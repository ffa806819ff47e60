package datasets

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// written is the path of a file that holds text.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCSV(t *testing.T) {
	for name, text := range map[string]string{
		"commas":        "id,length,width,species\n1,5.1,3.5,setosa\n2,-0.25,1e3,\"virginica, rare\"\n\n3,6,2,setosa\n",
		"Windows":       "\ufeffid,length,width,species\r\n1,5.1,3.5,setosa\r\n2,-0.25,1e3,\"virginica, rare\"\r\n3,6,2,setosa",
		"Portuguese":    "id;length;width;species\n1;5,1;3,5;setosa\n2;-0,25;1.000,0;virginica, rare\n3;6;2;setosa\n",
		"tabulators":    "id\tlength\twidth\tspecies\n1\t5.1\t3.5\tsetosa\n2\t-0.25\t1000\tvirginica, rare\n3\t6\t2\tsetosa\n",
		"with spaces":   "id, length, width, species\n1, 5.1, 3.5, setosa\n2, -0.25, 1e3, \"virginica, rare\"\n3, 6, 2, setosa \n",
		"another order": "species,length,id,width\nsetosa,5.1,1,3.5\n\"virginica, rare\",-0.25,2,1e3\nsetosa,6,3,2\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := CSV(written(t, text), Label("species"), Without("id"))
			if err := s.Open(); err != nil {
				t.Fatal(err)
			}
			equal(t, "Shape", s.Shape(), tensor.Shape{2})
			equal(t, "names", s.ClassNames(), []string{"setosa", "virginica, rare"})
			equal(t, "labels", s.Labels(), []int{0, 1, 0})
			equal(t, "example 0", s.Example(0), []float32{5.1, 3.5})
			equal(t, "example 1", s.Example(1), []float32{-0.25, 1000})
		})
	}
	numbers := CSV(written(t, "a,b,c\n1,2,3\n4,5,6\n"), Targets("c", "a"))
	equal(t, "example", numbers.Example(1), []float32{5})
	equal(t, "target", numbers.Target(1), []float32{6, 4})
	digits := CSV(written(t, "x,class\n1,10\n2,9\n3,100\n"), Label("class"))
	equal(t, "numbers are in the order of numbers", digits.ClassNames(), []string{"9", "10", "100"})
	equal(t, "labels", digits.Labels(), []int{1, 0, 2})
}

func TestCSVRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		options []CSVOption
		words   []string
	}{
		"no target":         {"a,b\n1,2\n", nil, []string{"either Label or Targets", "datasets.Label"}},
		"two targets":       {"a,b\n1,2\n", []CSVOption{Label("a"), Targets("b")}, []string{"either Label or Targets"}},
		"no such column":    {"a,b\n1,2\n", []CSVOption{Label("c")}, []string{`a column "c"`, `["a" "b"]`}},
		"nothing without":   {"a,b\n1,2\n", []CSVOption{Label("a"), Without("z")}, []string{`a column "z"`}},
		"only the target":   {"a\n1\n", []CSVOption{Label("a")}, []string{"besides the target's"}},
		"no number":         {"a,b\n1,x\n2,y\n,x\n", []CSVOption{Label("b")}, []string{`a number in column "a", line 4`, `got ""`, `datasets.Without("a")`}},
		"a word":            {"a,b\n1,x\n\nred,y\n", []CSVOption{Label("b")}, []string{`column "a", line 4`, `"red"`}},
		"infinite":          {"a,b\nInf,x\n", []CSVOption{Label("b")}, []string{`column "a", line 2`, `"Inf"`}},
		"no class":          {"a,b\n1,x\n2,\n", []CSVOption{Label("b")}, []string{`a class in column "b", line 3`}},
		"a line too short":  {"a,b\n1,x\n2\n", []CSVOption{Label("b")}, []string{"2 columns in each line", "1 in line 3"}},
		"a decimal comma":   {"a,b\n1,5,x\n", []CSVOption{Label("b")}, []string{"2 columns in each line", "3 in line 2", "quotation marks"}},
		"only a header":     {"a,b\n", []CSVOption{Label("b")}, []string{"at least one below"}},
		"empty":             {"", []CSVOption{Label("b")}, []string{"a line that names the columns"}},
		"one name twice":    {"a,a,b\n1,2,x\n", []CSVOption{Label("b")}, []string{`"a" twice`}},
		"an open quotation": {"a,b\n\"1,x\n", []CSVOption{Label("b")}, []string{"a table in CSV"}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, CSV(written(t, c.text), c.options...), c.words...) })
	}
	refused(t, CSV("nowhere.csv", Label("a")), "nowhere.csv", "notebook's folder")
}
