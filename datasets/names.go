package datasets

import (
	"fmt"
	"slices"
)

// ClassNames are the names of the classes 0, 1, …, as figures show them, or nil
// when the set has none. The published sets' are Portuguese, but for KMNIST's,
// which are the characters, and CIFAR-100's, which are its publisher's.
func (s *Set) ClassNames() []string { return slices.Clone(s.look().names) }

// WithClassNames returns the same examples with names for all of their classes.
func (s *Set) WithClassNames(names ...string) *Set {
	return s.derive(recipe{step: "WithClassNames", args: []any{names}}, func(v view) (view, error) {
		if err := checkNames("WithClassNames", names, v.classes); err != nil {
			return view{}, err
		}
		v.names = slices.Clone(names)
		return v, nil
	})
}

var (
	fashionNames = []string{"camiseta", "calça", "suéter", "vestido", "casaco", "sandália", "camisa", "tênis", "bolsa", "bota"}
	kmnistNames  = []string{"お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を"}
	cifar10Names = []string{"avião", "automóvel", "pássaro", "gato", "cervo", "cachorro", "sapo", "cavalo", "navio", "caminhão"}

	cifar100Names = []string{"apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
		"bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
		"chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
		"dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
		"lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain",
		"mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
		"plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
		"rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
		"squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
		"train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm"}
)

func checkNames(where string, names []string, classes int) error {
	if classes == 0 {
		return lacksClasses(where, "leave it out")
	}
	if len(names) != classes {
		return &Error{Where: where, Expected: fmt.Sprintf("%d names, one a class", classes), Got: fmt.Sprint(len(names)),
			Mend: fmt.Sprintf("name the classes 0 to %d in their order", classes-1)}
	}
	return nil
}

// lacksClasses refuses a set whose targets are vectors of numbers.
func lacksClasses(where, mend string) error {
	return &Error{Where: where, Expected: "class indices as targets", Got: "vectors of numbers", Mend: mend}
}
