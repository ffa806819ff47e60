package datasets

import (
	"sync"

	"github.com/nnlab-go/lab/nnlab/tensor"
)

// The sets below are not in the repository: they are downloaded once, or put on a
// class's server by `nnlab-kernel fetch NAME`. Where they are from, their licences
// and where each SHA-256 was taken from stand in SOURCES.md.

var idxFiles = []string{"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}

var fashion = Source{
	Name: "fashion-mnist",
	Mirrors: []string{
		"https://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
		"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
		"https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
	},
	Files: []File{
		{idxFiles[0], 26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
		{idxFiles[1], 29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
		{idxFiles[2], 4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
		{idxFiles[3], 5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
	},
}

var kmnist = Source{
	Name: "kmnist",
	Mirrors: []string{
		"https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
		"http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
	},
	Files: []File{
		{idxFiles[0], 18165135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"},
		{idxFiles[1], 29497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"},
		{idxFiles[2], 3041136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"},
		{idxFiles[3], 5120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"},
	},
}

var cifar10 = Source{
	Name:    "cifar10",
	Mirrors: []string{"https://www.cs.toronto.edu/~kriz/"},
	Files:   []File{{"cifar-10-binary.tar.gz", 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
}

var cifar100 = Source{
	Name:    "cifar100",
	Mirrors: []string{"https://www.cs.toronto.edu/~kriz/"},
	Files:   []File{{"cifar-100-binary.tar.gz", 168513733, "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"}},
}

// halves are the two parts of a published set. They are made at the first use: a
// cell that uses none of these sets is linked without their decoders.
type halves struct {
	once        sync.Once
	train, test *part
}

var fashionParts, kmnistParts, cifar10Parts, cifar100Parts halves

func (h *halves) sets(by func() (train, test *Set), make func(train bool) *part) (train, test *Set) {
	h.once.Do(func() { h.train, h.test = make(true), make(false) })
	return both(by, h.train.set(), h.test.set())
}

// idxPart is one half of a set in MNIST's format and shape.
func idxPart(s *Source, names []string, train bool) *part {
	p := &part{source: s, name: "train", files: idxFiles[:2], shape: tensor.Shape{28, 28, 1}, classes: 10, names: names, decode: decodeIDX}
	if !train {
		p.name, p.files = "test", idxFiles[2:]
	}
	return p
}

// cifarPart is one half of a set in CIFAR's binary format.
func cifarPart(s *Source, names []string, f cifarFormat, train bool) *part {
	p := &part{source: s, name: "train", files: []string{s.Files[0].Name}, shape: tensor.Shape{32, 32, 3}, classes: len(names), names: names}
	members := f.train
	if !train {
		p.name, members = "test", f.test
	}
	p.decode = func(p *part, files []content) (pixels, labels []byte, err error) {
		return f.decode(p, files[0], members)
	}
	return p
}

// FashionMNIST returns 60 000 training and 10 000 test pictures [28 28 1] of
// clothes in ten classes, from 0 (ground) to 1: as large as MNIST and harder (Xiao,
// Rasul & Vollgraf 2017). It is keras.datasets.fashion_mnist.load_data() with the
// pixels divided by 255.
func FashionMNIST() (train, test *Set) {
	return fashionParts.sets(FashionMNIST, func(train bool) *part { return idxPart(&fashion, fashionNames, train) })
}

// KMNIST returns 60 000 training and 10 000 test pictures [28 28 1] of ten
// characters in cursive Japanese, from 0 (ground) to 1 (Clanuwat et al. 2018).
func KMNIST() (train, test *Set) {
	return kmnistParts.sets(KMNIST, func(train bool) *part { return idxPart(&kmnist, kmnistNames, train) })
}

// CIFAR10 returns 50 000 training and 10 000 test photographs [32 32 3] of ten
// classes, red, green and blue from 0 to 1 (Krizhevsky 2009). It is
// keras.datasets.cifar10.load_data() divided by 255.
func CIFAR10() (train, test *Set) {
	return cifar10Parts.sets(CIFAR10, func(train bool) *part { return cifarPart(&cifar10, cifar10Names, cifar10Format, train) })
}

// CIFAR100 is [CIFAR10] with 100 classes: the fine labels, as Keras's
// load_data() has them.
func CIFAR100() (train, test *Set) {
	return cifar100Parts.sets(CIFAR100, func(train bool) *part { return cifarPart(&cifar100, cifar100Names, cifar100Format, train) })
}
