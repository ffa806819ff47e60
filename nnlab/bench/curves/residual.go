package main

import (
	"fmt"
	"log"

	"github.com/nnlab-go/lab/nnlab/arch"
	"github.com/nnlab-go/lab/nnlab/nn"
)

const residualText = `
He et al. 2016, figure 6: a plain network with more layers learns less, also what it is trained on;
a residual one does not. ` + "`arch.ResNetCIFAR`" + ` with a quarter of the width, with and without ways around
(` + "`arch.Plain`" + `), on 1 000 digits of MNIST of 14×14 pixels; batches of 32, SGD(0.1, momentum 0.9). The
table is the loss on the training digits while they are learnt, epoch by epoch. The 56 plain layers learn
next to nothing, and far less than the 20, though they could do the same: the paper's effect. The 56
residual ones learn nearly as the 20 do; that they would do better, as in the paper, does not appear with
so few digits and epochs.
`

// plainAndResidual has a row for each epoch and a column for each network.
func plainAndResidual() (string, error) {
	const epochs = 10
	heading, rows := []string{"epoch"}, make([][]string, epochs)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i + 1)}
	}
	accuracies := []string{"accuracy on 2 000 others"}
	train, test := digits(1000, 2000)
	for _, n := range []struct {
		name    string
		depth   int
		options []arch.Option
	}{
		{"plain 20", 20, []arch.Option{arch.Plain()}}, {"plain 56", 56, []arch.Option{arch.Plain()}}, {"residual 20", 20, nil}, {"residual 56", 56, nil},
	} {
		heading = append(heading, n.name)
		losses, right := make([][]float64, epochs), []float64{}
		for _, seed := range seeds {
			m := arch.ResNetCIFAR(n.depth, append(n.options, arch.Input(14, 14, 1), arch.Width(0.25))...).
				Compile(nn.CategoricalCrossentropy, nn.SGD(0.1, nn.Momentum(0.9)), nn.Accuracy, nn.Seed(seed))
			if _, err := m.Fit(train, nn.Epochs(epochs), nn.BatchSize(32), nn.Verbose(false)); err != nil {
				return "", err
			}
			for i, v := range m.History().Get("loss") {
				losses[i] = append(losses[i], v)
			}
			logs, err := m.Evaluate(test)
			if err != nil {
				return "", err
			}
			accuracy, _ := logs.Get("accuracy")
			right = append(right, accuracy)
			log.Printf("%s, seed %d: %.3f, accuracy %.3f", n.name, seed, m.History().Get("loss"), accuracy)
		}
		for i, l := range losses {
			rows[i] = append(rows[i], spread(l))
		}
		accuracies = append(accuracies, spread(right))
	}
	return table(heading, append(rows, accuracies)), nil
}

const resNet1001Text = `
` + "`arch.PreActivationResNet(1001)`" + ` with an eighth of the width, 1001 layers with weights, on 1 000 digits
of MNIST of 14×14 pixels; batches of 20, SGD(0.1, momentum 0.9). The loss is that of the training,
over thirty batches each. On other digits the network normalises by its running means, which follow
only slowly how 1001 layers change: the loss is ahead of the accuracy.
`

// resNet1001 has a row for every thirty batches.
func resNet1001() (string, error) {
	const steps, every = 300, 30
	train, test := digits(1000, 500)
	losses, right := make([][]float64, steps/every), []float64{}
	for _, seed := range seeds {
		m := arch.PreActivationResNet(1001, arch.Input(14, 14, 1), arch.Width(0.125)).
			Compile(nn.CategoricalCrossentropy, nn.SGD(0.1, nn.Momentum(0.9)), nn.Accuracy, nn.Seed(seed))
		step := 0
		batch := make([]int, 20)
		for i := range losses {
			sum := 0.0
			for range every {
				for k := range batch {
					batch[k] = (step*len(batch) + k) % train.Len()
				}
				logs, err := m.Step(train, batch)
				if err != nil {
					return "", err
				}
				loss, _ := logs.Get("loss")
				sum += loss
				step++
			}
			losses[i] = append(losses[i], sum/every)
			log.Printf("1001 layers, seed %d, step %d: %.3f", seed, step, sum/every)
		}
		logs, err := m.Evaluate(test)
		if err != nil {
			return "", err
		}
		accuracy, _ := logs.Get("accuracy")
		log.Printf("1001 layers, seed %d: accuracy %.3f", seed, accuracy)
		right = append(right, accuracy)
	}
	var rows [][]string
	for i, l := range losses {
		rows = append(rows, []string{fmt.Sprintf("%d – %d", i*every+1, (i+1)*every), spread(l)})
	}
	return table([]string{"steps", "loss"}, append(rows, []string{"accuracy on 500 others", spread(right)})), nil
}
