// numbers are how the scripts of figures write them, as words.go does: with the language's
// comma, a minus that is no hyphen, groups of three digits and powers of ten.
function numbers(comma) {
  const written = (text) => (comma ? text.replace(".", ",") : text).replace("-", "−");
  const raised = (n) => String(n).replace(/./g, (d) => ({"-": "⁻"})[d] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
  const grouped = (text) => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0"));
  // Three digits that count, and a power of ten below a number and where there are too many.
  const short = (v, least) => {
    const size = Math.abs(v);
    if (v === 0) return "0";
    if (!Number.isFinite(v)) return Number.isNaN(v) ? "NaN" : v > 0 ? "+∞" : "−∞";
    if (size < least || size >= 999999.5) {
      const [mantissa, power] = v.toExponential(1).split("e");
      return written(mantissa) + "·10" + raised(Number(power));
    }
    const places = Math.max(0, 2 - Math.floor(Math.log10(size))), text = v.toFixed(places);
    return written(grouped(places > 0 ? text.replace(/0+$/, "").replace(/\.$/, "") : text));
  };
  return {written, raised, grouped, short};
}
