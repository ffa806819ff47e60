package hints

// crashes are what Go's runtime says when a program breaks off.
var crashes = rules(
	`index out of range \[(\d+)\] with length 0`, `o índice $1 não existe: a lista está vazia`,
	`index out of range \[(\d+)\] with length (\d+)`, `o índice $1 não existe: a lista tem $2 elementos, e o primeiro é o 0`,
	`index out of range \[-`, `um índice negativo não existe em Go; o último elemento é x[len(x)-1]`,
	`slice bounds out of range`, `o trecho [a:b] passa do fim da lista, ou a é maior que b`,
	`assignment to entry in nil map`, `o map ainda não foi criado; crie-o com map[string]int{} ou make`,
	`nil pointer dereference`, `um ponteiro é nil: aquilo para que ele aponta ainda não foi criado`,
	`integer divide by zero`, `divisão de um inteiro por zero`,
	`all goroutines are asleep`, `todas as goroutines esperam: por um canal em que ninguém envia ou de que ninguém lê, uma trava que ninguém abre, ou um WaitGroup que não chega a zero`,
	`interface conversion: .* is (\S+), not (\S+)`, `o valor é $1, e não $2; com v, ok := x.(T) se pergunta antes`,
	`goroutine stack exceeds|stack overflow`, `uma função chama a si mesma sem fim`,
	`concurrent map`, `duas goroutines usam o mesmo map ao mesmo tempo; proteja-o com um sync.Mutex`,
	`send on closed channel|close of closed channel`, `o canal já foi fechado`,
)

// Runtime says in Portuguese what a panic of Go's runtime says; "" of any other.
func Runtime(message string) string { return first(crashes, message) }
