// Package datasets has the data that models learn from: MNIST, which comes with
// the lab; FashionMNIST, KMNIST, CIFAR10 and CIFAR100, which are downloaded; XOR, Spirals, Moons
// and other toys that are computed; and a student's own numbers (FromSlices), tables (CSV) and
// pictures (ImageFolder).
//
//	train, test := datasets.MNIST()
//	train, validation := train.Shuffle(1).Split(50000)
//
// A [Set] is lazy: making one, or another one from it with Split, Take, Shuffle
// or OneHot, costs nothing until something asks for its examples. What is wrong
// (a file that is missing or damaged, a number of examples that is not there)
// is told by [Set.Open], which Fit, Evaluate and Predict call.
//
// # Where the files are
//
// The files of a data set are looked for in this order; NAME is the set's name,
// "mnist":
//
//  1. $NNLAB_DATA/NAME, when the variable is set
//  2. datasets/NAME in the lab's repository or module, where MNIST is
//  3. NAME in the user's cache: $NNLAB_CACHE, or the folder nnlab in
//     [os.UserCacheDir]
//  4. the internet: a download to the user's cache, checked against the SHA-256
//     that the lab knows. A notebook's kernel does it; see [SetDownloader] for
//     other programs.
//
// # The decoded copy
//
// Unpacking MNIST takes a third of a second, and every cell of a notebook is a
// program of its own. So the first use leaves the pixels in the user's cache,
// one file each for training and test, which later uses map into memory. The
// file is checked whole each time it is opened, and made anew when it is
// damaged or when the files it came from are others now. Where no cache can be
// written the pixels stay in memory. A copy that lies beside the published files
// comes first: a class's server has one there for all, which `nnlab-kernel fetch
// NAME` makes in the folder NNLAB_CACHE.
package datasets
