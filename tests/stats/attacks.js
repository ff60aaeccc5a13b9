async () => {
  for (const element of document.querySelectorAll("td, th, code")) {
    for (const name of ["mouseover", "focus", "click"]) element.dispatchEvent(new Event(name));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const text = document.documentElement.textContent;
  return {
    owned: "owned" in globalThis,
    names: [...new Set([...document.querySelectorAll("*")].map((each) => each.localName))],
    text: text.includes("</script><script>globalthis.owned = 1</script>"),
    bidi: /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(text),
    place: location.protocol,
  };
}
