// The emulator's parts: programs of PTX as instructions that a warp can run, the
// memories of a device, and launches. Everything that PTX leaves undefined and a card
// might get away with is an error here, named with the instruction: see Fault.
#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

typedef uint64_t u64;
typedef uint32_t u32;
typedef int64_t i64;
typedef int32_t i32;

constexpr int kLanes = 32;
// Register is one of a warp. What has up to 32 bits stands in narrow, the rest in wide;
// numbers that a program names stand in both.
struct Register {
  u64 wide[kLanes];
  u32 narrow[kLanes];
};

// Fault is what a program did wrong.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string format(const char *pattern, ...) __attribute__((format(printf, 1, 2)));

// ---- Memory ----------------------------------------------------------------------

// Where addresses without a space point to: a device's are no addresses of the host, and
// between two pieces of memory there is always a gap.
constexpr u64 kGlobalBase = 0x0a0000000000ull, kSharedBase = 0x0b0000000000ull, kLocalBase = 0x0c0000000000ull;

// Clock is how much of each stream's work is done.
typedef std::vector<u64> Clock;

// Order is where a stretch of work stands: its stream, and what is done before it, itself
// included.
struct Order {
  u64 id; // another for each, never 0
  size_t stream;
  Clock before;
};

// Piece is memory that a program asked for. Words that nothing has written are known, and of
// each stream the work that wrote or read it last, wherever in it.
struct Piece {
  u64 base, size;
  std::unique_ptr<uint8_t[]> bytes;
  std::vector<bool> written; // a bit for four bytes
  Clock writers, readers;    // by stream
  u64 writer = 0, reader = 0; // the last of all

  Piece(u64 base, u64 size) : base(base), size(size), bytes(new uint8_t[size]), written((size + 3) / 4) {
    memset(bytes.get(), 0xbd, size); // numbers that are noticed
  }
  void mark(u64 offset, u64 n) {
    for (u64 w = offset / 4; w <= (offset + n - 1) / 4; w++)
      written[w] = true;
  }
  // meet throws a Fault where work meets another stream's in this memory, one of the two
  // writes, and neither is done before the other.
  void meet(const Order *order, bool write) {
    if (order && (write ? writer : reader) != order->id)
      note(*order, write);
  }
  void note(const Order &order, bool write);
};

// GlobalMemory is all pieces of a device.
struct GlobalMemory {
  std::map<u64, std::unique_ptr<Piece>> pieces; // by base
  u64 next = kGlobalBase, used = 0;
  const Order *order = nullptr; // of the work that is being done

  u64 allocate(u64 size);
  void release(u64 base);
  // find returns the piece that has n bytes at an address; it throws a Fault where there
  // is none.
  Piece &find(u64 address, u64 n);
  uint8_t *read(u64 address, u64 n, const char *who);
  uint8_t *write(u64 address, u64 n);
};

// ---- Programs --------------------------------------------------------------------

struct Warp;
struct Instruction;
typedef void (*Handler)(Warp &, const Instruction &, u32 mask);

// Control is what an instruction does beside computing. Whole waits for all threads of the warp.
enum class Control : uint8_t { None, Branch, Exit, Barrier, Whole };

// Instruction works on registers alone: numbers and special registers that stand in it
// are registers that a warp fills before it starts.
struct Instruction {
  Handler run = nullptr;
  Control control = Control::None;
  int guard = -1; // a predicate
  bool unless = false;
  int to[4] = {-1, -1, -1, -1}, from[10] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
  int numbers = 1;   // of a vector
  int width = 0;     // bytes of one
  int groups = 0;    // of copies that need not have arrived
  bool narrow = false; // the address is in a register of 32 bits
  i64 offset = 0;    // added to an address
  int target = -1;   // of a branch
  int line = 0;      // of the file
  std::string text;  // as it stands there
  mutable Piece *last = nullptr; // which it reached last
};

struct Parameter {
  int size, offset;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  std::vector<Instruction> code;
  std::vector<std::pair<int, u64>> constants; // registers that hold a number
  std::vector<std::pair<int, std::string>> specials;
  int registers = 0;
  int sharedBytes = 0, localBytes = 0;
  int maxThreads = 1024;
};

// Program is a module: its kernels, and the device's memory of its variables.
struct Program {
  std::map<std::string, std::unique_ptr<Kernel>> kernels;
  std::map<std::string, u64> variables;
};

// capability is the emulated card's: 80 for compute capability 8.0.
int capability();

// parse reads PTX; it throws a Fault that names what it does not know.
std::unique_ptr<Program> parse(const std::string &text, GlobalMemory &memory);

// decode finds what runs an operation, "fma.rn.f32"; null where it is not known.
Handler decode(const std::string &operation, Instruction &i);

// isAmpere tells whether an operation came with sm_80; decodeAmpere is decode for these.
bool isAmpere(const std::string &operation);
Handler decodeAmpere(const std::string &operation, Instruction &i);

// ---- Running ---------------------------------------------------------------------

struct Dim {
  u32 x, y, z;
};

// SharedMemory is a block's. For each word it knows who wrote and read it since the last
// barrier: two threads that meet in between race.
struct SharedMemory {
  struct Word {
    int writer = -1, reader = -1; // threads; -2: several
    u32 wrote = 0, read = 0;      // in which stretch between barriers, from 1
    bool flying = false;          // a copy to it is on its way
  };
  std::vector<uint8_t> bytes;
  std::vector<Word> words;
  u32 stretch = 1;

  void reset(int n);
  // access returns where n bytes are, a multiple of four.
  template <bool write> uint8_t *access(u64 address, int n, int thread) {
    if (address + n > bytes.size())
      throw Fault(format("%d bytes at %llu of shared memory, of which there are %zu", n, (unsigned long long)address, bytes.size()));
    const u32 stretch = this->stretch;
    for (Word *at = &words[address / 4], *end = &words[(address + n - 1) / 4]; at <= end; at++) {
      Word &w = *at;
      if (w.flying || (w.wrote == stretch && w.writer != thread) || (write ? w.read == stretch && w.reader != thread : w.wrote == 0))
        wrong(w, at - words.data(), write, thread);
      if (write) {
        w.writer = thread;
        w.wrote = stretch;
      } else {
        w.reader = w.read == stretch && w.reader != thread ? -2 : thread;
        w.read = stretch;
      }
    }
    return bytes.data() + address;
  }
  [[noreturn]] void wrong(const Word &w, u64 word, bool write, int thread);
  // fly and land begin and end a copy to n bytes at an address. Nobody may meet it in between,
  // and it counts as written when it has landed.
  void fly(u64 address, int n, int thread);
  uint8_t *land(u64 address, int n, int thread);
};

// Copy is one to shared memory that a thread has begun (cp.async), of n bytes, of which the
// first are at an address and the rest 0. It is done when the thread waits for it.
struct Copy {
  u64 from, to;
  int n, first;
};

struct Block;

// Warp is 32 threads that run in step as long as they take the same way.
struct Warp {
  Block *block;
  const Kernel *kernel;
  int first; // thread
  Register *r;
  std::vector<Register> registers;
  u32 alive, waiting;
  u32 gathered; // wait for the others at an instruction for a whole warp
  int pc[kLanes];
  int barrier[kLanes]; // at which a lane waits

  int thread(int lane) const { return first + lane; }
  void slice(int budget);
};

struct Block {
  GlobalMemory *memory;
  const Kernel *kernel;
  const uint8_t *parameters;
  Dim grid, size, at;
  SharedMemory shared;
  std::vector<std::vector<uint8_t>> local; // by thread
  std::vector<std::unique_ptr<Warp>> warps;
  std::vector<std::vector<std::vector<Copy>>> copies; // by thread and group, of which the last is open

  // arrive does a thread's copies, but for its last groups.
  void arrive(int thread, size_t groups);
  void run(u64 &random);
};

// instructions is how many warps have done since the beginning. It is the card's clock, a
// nanosecond for each: what it tells is in order, the same in each run, and nobody's speed.
extern u64 instructions;

// launch runs a kernel to its end; it throws a Fault.
void launch(GlobalMemory &memory, const Kernel &kernel, Dim grid, Dim block, const std::vector<uint8_t> &parameters);

inline u64 nextRandom(u64 &state) { // SplitMix64
  u64 z = state += 0x9e3779b97f4a7c15ull;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ z >> 27) * 0x94d049bb133111ebull;
  return z ^ z >> 31;
}
