package vars

// keepers are the values of an encoding that keep themselves, and what leads to what
// in it: one whose state leads to another one is restored after it. Where there are
// none nothing is noted.
type keepers struct {
	restore []func()
	from    int     // what is being decoded: an object, or behind them a keeper
	to      [][]int // where each of them leads; nil if there are no keepers
	objects int
}

func (k *keepers) begin(types typesIn, objects int) {
	k.objects = objects
	for i := range types.all {
		if p := types.get(i).plan; p != nil && p.shape == keeper {
			k.to = make([][]int, objects)
			return
		}
	}
}

// leads notes that what is being decoded leads to an object.
func (k *keepers) leads(to int) {
	if k.to != nil {
		k.to[k.from] = append(k.to[k.from], to)
	}
}

// enter notes a keeper, which is being decoded from now on.
func (k *keepers) enter(restore func()) {
	node := k.objects + len(k.restore)
	k.leads(node)
	k.restore = append(k.restore, restore)
	if k.to != nil {
		k.to = append(k.to, nil)
		k.from = node
	}
}

// inOrder are the keepers' functions, each after those that its state leads to. Of
// keepers that lead to each other one has to be the first.
func (k *keepers) inOrder() (all []func()) {
	if len(k.restore) < 2 || k.to == nil {
		return k.restore
	}
	met := make([]bool, len(k.to))
	type step struct{ node, next int }
	for i := range k.to {
		for way := []step{{i, 0}}; len(way) > 0; {
			s := &way[len(way)-1]
			if s.next == 0 && met[s.node] {
				way = way[:len(way)-1]
				continue
			}
			met[s.node] = true
			if s.next < len(k.to[s.node]) {
				s.next++
				way = append(way, step{k.to[s.node][s.next-1], 0})
				continue
			}
			if s.node >= k.objects {
				all = append(all, k.restore[s.node-k.objects])
			}
			way = way[:len(way)-1]
		}
	}
	return all
}
