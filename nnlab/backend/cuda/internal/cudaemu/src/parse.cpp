// The text of PTX read into instructions. Functions are put in where they are called, with
// registers of their own. What is not known is refused by name: nothing is passed over.
#include "machine.h"
#include <cctype>
#include <set>
#include <unordered_map>

namespace {

struct Token {
  std::string text;
  int line;
};

bool partOfWord(char c) { return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$' || c == '%'; }

std::vector<Token> tokensOf(const std::string &s) {
  std::vector<Token> tokens;
  int line = 1;
  for (size_t i = 0; i < s.size();) {
    char c = s[i];
    if (c == '\n')
      line++;
    if (isspace((unsigned char)c) || c == 0) {
      i++;
    } else if (c == '/' && i + 1 < s.size() && s[i + 1] == '/') {
      while (i < s.size() && s[i] != '\n')
        i++;
    } else if (c == '"') {
      size_t end = s.find('"', i + 1);
      if (end == std::string::npos)
        throw Fault(format("line %d: a text without an end", line));
      tokens.push_back({s.substr(i, end + 1 - i), line});
      i = end + 1;
    } else if (partOfWord(c) || (c == '-' && i + 1 < s.size() && isdigit((unsigned char)s[i + 1]))) {
      size_t from = i++;
      while (i < s.size() && partOfWord(s[i]))
        i++;
      tokens.push_back({s.substr(from, i - from), line});
    } else {
      tokens.push_back({std::string(1, c), line});
      i++;
    }
  }
  return tokens;
}

struct Variable {
  int align = 1, bytes = 0;
  std::string name;
};

struct Function {
  std::string name;
  bool entry = false;
  std::vector<Variable> results, parameters;
  size_t body = 0, end = 0; // tokens between its braces
  int maxThreads = 1024;
};

int bytesOf(const std::string &type) {
  static const std::unordered_map<std::string, int> sizes = {{".b8", 1},  {".u8", 1},  {".s8", 1},  {".b16", 2}, {".u16", 2},
                                                             {".s16", 2}, {".b32", 4}, {".u32", 4}, {".s32", 4}, {".f32", 4},
                                                             {".b64", 8}, {".u64", 8}, {".s64", 8}, {".f64", 8}};
  auto at = sizes.find(type);
  return at == sizes.end() ? 0 : at->second;
}

class Parser {
public:
  Parser(const std::string &text, GlobalMemory &memory) : tokens(tokensOf(text)), memory(memory), program(new Program) {}

  std::unique_ptr<Program> run() {
    while (at < tokens.size()) {
      const std::string &t = peek();
      if (t == ".target") {
        at++;
        std::string name = take();
        target = name.substr(0, 3) == "sm_" ? atoi(name.c_str() + 3) : 0;
        if (target < 1 || target > capability())
          fail(name + " is asked for, and the emulated card is " + format("sm_%d", capability()));
        while (at < tokens.size() && peek() == ",")
          at += 2;
      } else if (t == ".version" || t == ".address_size") {
        at += 2;
        while (at < tokens.size() && peek() == ",")
          at += 2;
      } else if (t == ".visible" || t == ".weak" || t == ".extern") {
        at++;
      } else if (t == ".entry" || t == ".func") {
        function();
      } else if (t == ".global" || t == ".const") {
        variable();
      } else {
        fail("expected a function or a variable, got " + t);
      }
    }
    for (auto &[name, f] : functions)
      if (f.entry)
        program->kernels[name] = kernelOf(f);
    return std::move(program);
  }

private:
  std::vector<Token> tokens;
  size_t at = 0;
  int target = 0; // the architecture that the text is for
  GlobalMemory &memory;
  std::unique_ptr<Program> program;
  std::map<std::string, Function> functions;

  // Of the kernel that is being made:
  Kernel *kernel = nullptr;
  std::unordered_map<std::string, int> slots;
  std::unordered_map<std::string, int> labels;
  std::vector<std::pair<int, std::string>> branches; // instructions and where they go
  std::unordered_map<std::string, int> sharedAt, localAt;
  int calls = 0;

  [[noreturn]] void fail(const std::string &what) {
    throw Fault(format("PTX, line %d: %s", at < tokens.size() ? tokens[at].line : 0, what.c_str()));
  }
  const std::string &peek() {
    if (at >= tokens.size())
      throw Fault("PTX: ends too early");
    return tokens[at].text;
  }
  std::string take() {
    std::string t = peek();
    at++;
    return t;
  }
  void expect(const std::string &t) {
    if (peek() != t)
      fail("expected " + t + ", got " + peek());
    at++;
  }

  // declaration reads ".align 4 .b8 name[128]", behind its space.
  Variable declaration() {
    Variable v;
    int each = 0;
    while (peek()[0] == '.') {
      std::string t = take();
      if (t == ".align")
        v.align = std::stoi(take());
      else if (int n = bytesOf(t))
        each = n;
      else
        fail("unknown kind of variable " + t);
    }
    v.align = std::max(v.align, each);
    v.name = take();
    v.bytes = each;
    while (peek() == "[") {
      at++;
      v.bytes *= std::stoi(take());
      expect("]");
    }
    return v;
  }

  void variable() {
    at++;
    Variable v = declaration();
    u64 base = memory.allocate(v.bytes);
    uint8_t *bytes = memory.write(base, v.bytes);
    memset(bytes, 0, v.bytes);
    if (peek() == "=") {
      at++;
      expect("{");
      for (int i = 0; peek() != "}"; i++) {
        if (peek() == ",")
          at++;
        if (v.align > 1 && i >= v.bytes)
          fail("more numbers than the variable holds");
        bytes[i] = (uint8_t)std::stoul(take(), nullptr, 0);
      }
      expect("}");
    }
    expect(";");
    program->variables[v.name] = base;
  }

  std::vector<Variable> parameterList() {
    std::vector<Variable> list;
    expect("(");
    while (peek() != ")") {
      if (peek() == ",")
        at++;
      expect(".param");
      list.push_back(declaration());
    }
    expect(")");
    return list;
  }

  void function() {
    Function f;
    f.entry = take() == ".entry";
    if (!f.entry && peek() == "(")
      f.results = parameterList();
    f.name = take();
    if (peek() == "(")
      f.parameters = parameterList();
    while (peek() != "{" && peek() != ";") {
      std::string t = take();
      if (t == ".maxntid") {
        f.maxThreads = std::stoi(take());
        while (peek() == ",") {
          at++;
          f.maxThreads *= std::stoi(take());
        }
      } else if (t == ".minnctapersm") {
        at++;
      } else if (t != ".noreturn") {
        fail("unknown property of a function " + t);
      }
    }
    if (take() == ";") // declared here, and made elsewhere in the file
      return;
    f.body = at;
    for (int depth = 1; depth > 0;) {
      std::string t = take();
      depth += t == "{" ? 1 : t == "}" ? -1 : 0;
    }
    f.end = at - 1;
    functions[f.name] = f;
  }

  // ---- a kernel ------------------------------------------------------------------

  // Frame is a function whose instructions are being put in.
  struct Frame {
    std::string prefix; // of its registers and labels
    const Function *function;
    std::unordered_map<std::string, int> parameters; // its own, and those of its calls: registers
    std::string end;                                 // the label behind it
  };

  std::unique_ptr<Kernel> kernelOf(const Function &f) {
    auto k = std::make_unique<Kernel>();
    kernel = k.get();
    slots.clear();
    labels.clear();
    branches.clear();
    sharedAt.clear();
    localAt.clear();
    k->name = f.name;
    k->maxThreads = f.maxThreads;
    int offset = 0;
    for (auto &p : f.parameters) {
      offset = (offset + p.align - 1) / p.align * p.align;
      k->parameters.push_back({p.bytes, offset});
      offset += p.bytes;
    }
    Frame frame{"", &f, {}, ""};
    body(frame);
    for (auto &[i, label] : branches) {
      auto at = labels.find(label);
      if (at == labels.end())
        throw Fault("PTX: no label " + label + " in " + f.name);
      k->code[i].target = at->second;
    }
    if (k->code.empty() || k->code.back().guard >= 0 || (k->code.back().control != Control::Exit && k->code.back().control != Control::Branch))
      throw Fault("PTX: " + f.name + " ends in the middle");
    return k;
  }

  int slotOf(const std::string &name) {
    auto [at, fresh] = slots.try_emplace(name, kernel->registers);
    if (fresh)
      kernel->registers++;
    return at->second;
  }

  int constant(u64 v) {
    std::string name = format("constant %llu", (unsigned long long)v);
    if (!slots.count(name))
      kernel->constants.push_back({slotOf(name), v});
    return slotOf(name);
  }

  void place(std::unordered_map<std::string, int> &in, int &bytes, const Variable &v) {
    bytes = (bytes + v.align - 1) / v.align * v.align;
    in[v.name] = bytes;
    bytes += v.bytes;
  }

  // operand is the register of what stands next.
  int operand(Frame &f) {
    std::string t = take();
    if (t[0] == '%') {
      static const std::set<std::string> special = {"%tid", "%ntid", "%ctaid", "%nctaid", "%laneid"};
      if (special.count(t.substr(0, t.find('.')))) {
        if (!slots.count(t))
          kernel->specials.push_back({slotOf(t), t});
        return slotOf(t);
      }
      return slotOf(f.prefix + t);
    }
    if (t.substr(0, 2) == "0f" || t.substr(0, 2) == "0F")
      return constant(std::stoull(t.substr(2), nullptr, 16));
    if (t.substr(0, 2) == "0d" || t.substr(0, 2) == "0D")
      return constant(std::stoull(t.substr(2), nullptr, 16));
    if (isdigit((unsigned char)t[0]))
      return constant(std::stoull(t, nullptr, 0));
    if (t[0] == '-')
      return constant((u64)std::stoll(t, nullptr, 0));
    if (sharedAt.count(t))
      return constant(sharedAt[t]);
    if (localAt.count(t))
      return constant(localAt[t]);
    if (program->variables.count(t))
      return constant(program->variables[t]);
    at--;
    fail("unknown operand " + t);
  }

  // group reads an operand, or several in braces.
  int group(Frame &f, int *to, int most) {
    if (peek() != "{") {
      to[0] = operand(f);
      return 1;
    }
    at++;
    int n = 0;
    while (peek() != "}") {
      if (peek() == ",")
        at++;
      if (n == most)
        fail("too many operands");
      to[n++] = operand(f);
    }
    at++;
    return n;
  }

  i64 offsetBehind() {
    if (peek() != "+")
      return peek()[0] == '-' ? std::stoll(take(), nullptr, 0) : 0;
    at++;
    return std::stoll(take(), nullptr, 0);
  }

  void body(Frame &f) {
    size_t back = at;
    at = f.function->body;
    while (at < f.function->end)
      statement(f);
    at = back;
  }

  void statement(Frame &f) {
    std::string t = peek();
    if (t == "{" || t == "}") {
      at++;
    } else if (t == ".reg" || t == ".pragma") {
      while (take() != ";")
        ;
    } else if (t == ".shared") {
      at++;
      place(sharedAt, kernel->sharedBytes, declaration());
      expect(";");
    } else if (t == ".local") {
      at++;
      place(localAt, kernel->localBytes, declaration());
      expect(";");
    } else if (t == ".param") { // of a call
      at++;
      Variable v = declaration();
      f.parameters[v.name] = slotOf(f.prefix + "parameter " + v.name);
      expect(";");
    } else if (at + 1 < tokens.size() && tokens[at + 1].text == ":") {
      labels[f.prefix + t] = (int)kernel->code.size();
      at += 2;
    } else {
      instruction(f);
    }
  }

  void emit(Instruction &i, const std::string &text, int line) {
    i.text = text;
    i.line = line;
    kernel->code.push_back(i);
  }

  void instruction(Frame &f) {
    Instruction i;
    int line = tokens[at].line;
    size_t from = at;
    std::string text;
    for (size_t k = at; k < tokens.size() && tokens[k].text != ";"; k++)
      text += (text.empty() ? "" : " ") + tokens[k].text;
    if (peek() == "@") {
      at++;
      if (peek() == "!") {
        i.unless = true;
        at++;
      }
      i.guard = operand(f);
    }
    std::string op = take();
    if (op == "ret" || op == "exit") {
      if (f.end.empty()) {
        i.control = Control::Exit;
      } else {
        i.control = Control::Branch;
        branches.push_back({(int)kernel->code.size(), f.end});
      }
    } else if (op == "bra" || op == "bra.uni") {
      i.control = Control::Branch;
      branches.push_back({(int)kernel->code.size(), f.prefix + take()});
    } else if (op == "bar.sync" || op == "barrier.sync") {
      i.control = Control::Barrier;
      if (take() != "0")
        fail("barriers other than 0 are not known");
    } else if (op == "call.uni" || op == "call") {
      call(f);
      return;
    } else if (op.substr(0, 9) == "ld.param." || op.substr(0, 9) == "st.param.") {
      parameter(f, op, i);
    } else if (op.substr(0, 9) == "cp.async.") {
      copy(f, op, i);
    } else if (op.substr(0, 3) == "ld.") {
      group(f, i.to, 4);
      expect(",");
      expect("[");
      i.narrow = peek().substr(0, 2) == "%r" && peek().substr(0, 3) != "%rd";
      i.from[0] = operand(f);
      i.offset = offsetBehind();
      expect("]");
      i.run = decode(op, i);
    } else if (op.substr(0, 3) == "st.") {
      expect("[");
      i.narrow = peek().substr(0, 2) == "%r" && peek().substr(0, 3) != "%rd";
      i.from[0] = operand(f);
      i.offset = offsetBehind();
      expect("]");
      expect(",");
      group(f, i.from + 1, 4);
      i.run = decode(op, i);
    } else {
      group(f, i.to, 4);
      for (int n = 0; peek() == ",";) {
        at++;
        n += group(f, i.from + n, 10 - n);
      }
      i.run = decode(op, i);
      // A conversion may take the lower part of a wider register.
      if (op.substr(0, 4) == "cvt." && bytesOf(op.substr(op.rfind('.'))) < 8 && wideSource(from)) {
        Instruction lower;
        lower.guard = i.guard;
        lower.unless = i.unless;
        lower.from[0] = i.from[0];
        lower.to[0] = i.from[0] = slotOf(format("lower %d", i.from[0]));
        lower.run = decode("cvt.u32.u64", lower);
        emit(lower, text, line);
      }
    }
    if ((i.control == Control::None && !i.run) || (isAmpere(op) && target < 80)) {
      at = from;
      fail("\"" + text + "\" is not known");
    }
    expect(";");
    emit(i, text, line);
  }

  // copy reads "cp.async.cg.shared.global [to], [from], 16, first", and what waits for copies.
  void copy(Frame &f, const std::string &op, Instruction &i) {
    if (op == "cp.async.wait_group") {
      i.groups = std::stoi(take());
    } else if (peek() == "[") {
      at++;
      i.narrow = peek().substr(0, 2) == "%r" && peek().substr(0, 3) != "%rd";
      i.from[0] = operand(f);
      expect("]");
      expect(",");
      expect("[");
      i.from[1] = operand(f);
      expect("]");
      expect(",");
      i.width = std::stoi(take());
      if (peek() == ",") {
        at++;
        i.from[2] = operand(f);
      }
    }
    i.run = decode(op, i);
  }

  // wideSource tells whether the second operand of a statement that begins at a token is a
  // register of 64 bits.
  bool wideSource(size_t k) {
    while (tokens[k].text != ",")
      k++;
    return tokens[k + 1].text.substr(0, 3) == "%rd" || tokens[k + 1].text.substr(0, 3) == "%fd";
  }

  // parameter reads or writes one of a function's parameters, or one of a call.
  void parameter(Frame &f, const std::string &op, Instruction &i) {
    bool load = op[0] == 'l';
    int value = -1;
    if (load) {
      value = operand(f);
      expect(",");
    }
    expect("[");
    std::string name = take();
    i64 offset = offsetBehind();
    expect("]");
    if (!load) {
      expect(",");
      value = operand(f);
    }
    auto own = f.parameters.find(name);
    if (own != f.parameters.end()) {
      if (offset != 0)
        fail("parameters with parts are not known");
      i.to[0] = load ? value : own->second;
      i.from[0] = load ? own->second : value;
      i.run = decode("mov.b64", i);
      return;
    }
    if (!load || !f.function->entry)
      fail("unknown parameter " + name);
    for (size_t k = 0; k < f.function->parameters.size(); k++)
      if (f.function->parameters[k].name == name) {
        i.to[0] = value;
        i.run = decode(op, i);
        i.offset = kernel->parameters[k].offset + offset;
        return;
      }
    fail("unknown parameter " + name);
  }

  std::vector<std::string> names() {
    std::vector<std::string> list;
    expect("(");
    while (peek() != ")") {
      if (peek() == ",")
        at++;
      list.push_back(take());
    }
    expect(")");
    return list;
  }

  void call(Frame &f) {
    std::vector<std::string> results, arguments;
    if (peek() == "(") {
      results = names();
      expect(",");
    }
    std::string name = take();
    if (peek() == ",") {
      at++;
      arguments = names();
    }
    expect(";");
    auto callee = functions.find(name);
    if (callee == functions.end())
      fail("no function " + name);
    const Function &g = callee->second;
    if (g.results.size() != results.size() || g.parameters.size() != arguments.size())
      fail("a call of " + name + " with other parameters than it has");
    Frame inner{format("%s call %d: ", f.prefix.c_str(), ++calls), &g, {}, ""};
    inner.end = inner.prefix + "end";
    for (size_t k = 0; k < results.size(); k++)
      inner.parameters[g.results[k].name] = f.parameters.at(results[k]);
    for (size_t k = 0; k < arguments.size(); k++)
      inner.parameters[g.parameters[k].name] = f.parameters.at(arguments[k]);
    body(inner);
    labels[inner.end] = (int)kernel->code.size();
  }
};

} // namespace

std::unique_ptr<Program> parse(const std::string &text, GlobalMemory &memory) { return Parser(text, memory).run(); }
