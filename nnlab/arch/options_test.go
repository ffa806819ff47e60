package arch_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

// network is a function of the package that takes options, at the size of its images.
type network struct {
	size int
	make func(...arch.Option) *nn.Model
}

var withOptions = map[string]network{
	"AlexNet": {227, arch.AlexNet}, "GoogLeNet": {224, arch.GoogLeNet}, "InceptionV2": {299, arch.InceptionV2}, "InceptionV3": {299, arch.InceptionV3}, "LeNet5": {28, arch.LeNet5},
	"VGG11": {224, arch.VGG11}, "VGG13": {224, arch.VGG13}, "VGG16": {224, arch.VGG16}, "VGG19": {224, arch.VGG19},
	"ResNet18": {224, arch.ResNet18}, "ResNet34": {224, arch.ResNet34}, "ResNet50": {224, arch.ResNet50}, "ResNet101": {224, arch.ResNet101}, "ResNet152": {224, arch.ResNet152},
	"ResNetCIFAR": {32, func(o ...arch.Option) *nn.Model { return arch.ResNetCIFAR(20, o...) }},
	"DeepNet":     {28, func(o ...arch.Option) *nn.Model { return arch.DeepNet(5, nn.ReLU, o...) }},
	"Perceptron":  {32, arch.Perceptron}, "Adaline": {32, arch.Adaline}, "SoftmaxRegression": {28, arch.SoftmaxRegression},
	"LeNet1989": {28, arch.LeNet1989}, "LeNet5Original": {28, arch.LeNet5Original}, "Neocognitron": {16, arch.Neocognitron},
	"PreActivationResNet": {32, func(o ...arch.Option) *nn.Model { return arch.PreActivationResNet(11, o...) }},
}

// options are all there are, each with a value that no network has by itself.
func options(n network) map[string]arch.Option {
	return map[string]arch.Option{
		"Input": arch.Input(n.size, n.size, 2), "Classes": arch.Classes(7), "Width": arch.Width(0.25), "Torchvision": arch.Torchvision(),
		"Weights": arch.Weights("nowhere"), "Ungrouped": arch.Ungrouped(), "BatchNormalized": arch.BatchNormalized(), "Plain": arch.Plain(),
		"Keras": arch.Keras(), "Head": arch.Head(nn.Dense(3, nn.Softmax)), "Residual": arch.Residual(),
		"Features": arch.Features(5), "Association": arch.Association(4, 4), "Planes": arch.Planes(2, 3, 4), "Readout": arch.Readout(), "Distances": arch.Distances(),
	}
}

// torchvisionAlready are those that torchvision has in the one form that there is.
func torchvisionAlready(name string) bool {
	return strings.HasPrefix(name, "VGG") || strings.HasPrefix(name, "ResNet") && name != "ResNetCIFAR" || name == "InceptionV3"
}

// looks is all that is to be seen of a model, or its error.
func looks(m *nn.Model) string {
	if layers := m.Compile(nn.NoLoss, nn.SGD(0.1)).Layers(); layers != nil { // draws no weights
		text := ""
		for _, l := range layers {
			text += fmt.Sprintln(l.Name, l.Recipe, l.Shape)
		}
		return text
	}
	return m.Err().Error()
}

// Every option of every network changes it, or is refused by name: none is passed over in
// silence.
func TestOptions(t *testing.T) {
	for name, n := range withOptions {
		usual := looks(n.make())
		for option, o := range options(n) {
			got := looks(n.make(o))
			switch refused := strings.HasPrefix(got, "arch."+name+": expects of options "); {
			case refused && !strings.Contains(got, ", got "+option+"; leave it out"):
				t.Errorf("%s with %s: %s", name, option, got)
			case refused:
			case option == "Association" && strings.Contains(got, "expects an Input beside Association"):
			case strings.Contains(got, "expects"):
				t.Errorf("%s with %s: %s", name, option, got)
			case option == "Torchvision" && torchvisionAlready(name), option == "Keras" && strings.HasPrefix(name, "VGG"):
				if got != usual {
					t.Errorf("%s: the option changes\n%sto\n%s", name, usual, got)
				}
			case option == "Weights":
				if err := n.make(o).Compile(nn.CategoricalCrossentropy, nn.SGD(0.1)).Err(); err == nil || !strings.Contains(err.Error(), "nowhere") {
					t.Errorf("%s looks for no weights: %v", name, err)
				}
			case got == usual:
				t.Errorf("%s with %s is %s without", name, option, name)
			}
		}
		for _, width := range []float64{0.06, 0.19, 1.3} {
			if got := looks(n.make(arch.Width(width))); strings.Contains(got, "expects") && !strings.Contains(got, "got Width; leave it out") {
				t.Errorf("%s of width %v: %s", name, width, got)
			}
		}
		for want, o := range map[string]arch.Option{
			"a finite Width above 0, got -3": arch.Width(-3), "a finite Width above 0, got 0": arch.Width(0), "a finite Width above 0, got NaN": arch.Width(math.NaN()),
			"a finite Width above 0, got +Inf": arch.Width(math.Inf(1)), "at least 2 Classes, got 1": arch.Classes(1), "at least 2 Classes, got -1": arch.Classes(-1),
			"an Input of at least 1 row, 1 column and 1 channel, got 0 32 3": arch.Input(0, 32, 3),
		} {
			if got := looks(n.make(o)); !strings.HasPrefix(got, "arch."+name+": expects "+want+"; ") && !strings.HasSuffix(got, "; leave it out") {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
	}
	if got, want := looks(arch.LeNet5(arch.Option{})), looks(arch.LeNet5()); got != want {
		t.Errorf("an option that says nothing: %s, want %s", got, want)
	}
	if got := looks(arch.AlexNet(arch.Ungrouped(), arch.Weights("nowhere"))); !strings.Contains(got, "got Ungrouped; leave it out") {
		t.Errorf("torchvision's AlexNet has no groups: %s", got)
	}
}

// The table has every network and every option of the package.
func TestOptionsAreAll(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[bool]int{}
	for _, file := range names {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !fn.Name.IsExported() || fn.Type.Results == nil {
				continue
			}
			name := fn.Name.Name
			result, isOption := fn.Type.Results.List[0].Type.(*ast.Ident)
			_, isNetwork := withOptions[name]
			_, known := options(network{size: 32})[name]
			switch {
			case isOption && result.Name == "Option":
				if found[false]++; !known {
					t.Errorf("the option %s is not in the table", name)
				}
			case takesOptions(fn):
				if found[true]++; !isNetwork {
					t.Errorf("the network %s is not in the table", name)
				}
			}
		}
	}
	if found[true] != len(withOptions) || found[false] != len(options(network{size: 32})) {
		t.Errorf("the package has %d networks and %d options", found[true], found[false])
	}
}

func takesOptions(fn *ast.FuncDecl) bool {
	params := fn.Type.Params.List
	if len(params) == 0 {
		return false
	}
	rest, ok := params[len(params)-1].Type.(*ast.Ellipsis)
	if !ok {
		return false
	}
	of, ok := rest.Elt.(*ast.Ident)
	return ok && of.Name == "Option"
}

// Depths that the papers' rule does not give are refused, with the nearest that it does.
func TestDepths(t *testing.T) {
	for got, want := range map[*nn.Model]string{
		arch.ResNetCIFAR(21):         "arch.ResNetCIFAR: expects a depth of 6n + 2 layers, n of at least 1, got 21; write arch.ResNetCIFAR(20)",
		arch.ResNetCIFAR(0):          "arch.ResNetCIFAR: expects a depth of 6n + 2 layers, n of at least 1, got 0; write arch.ResNetCIFAR(8)",
		arch.ResNetCIFAR(2):          "got 2; write arch.ResNetCIFAR(8)",
		arch.ResNetCIFAR(-4):         "got -4; write arch.ResNetCIFAR(8)",
		arch.PreActivationResNet(25): "arch.PreActivationResNet: expects a depth of 9n + 2 layers, n of at least 1, got 25; write arch.PreActivationResNet(29)",
	} {
		if text := looks(got); !strings.HasSuffix(text, want) {
			t.Errorf("got %s, want %s", text, want)
		}
	}
}
