async () => {
  document.getElementById("unfold").click();
  for (const element of document.querySelectorAll("a, summary, td, th, code")) {
    for (const name of ["mouseover", "focus", "click"]) {
      if (name !== "click" || element.localName !== "a") element.dispatchEvent(new Event(name));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  const text = document.documentElement.textContent;
  return {
    owned: "owned" in globalThis,
    toolbar: !document.querySelector(".toolbar").hidden,
    names: [...new Set([...document.querySelectorAll("*")].map((each) => each.localName))],
    scripts: document.scripts.length,
    text: text.includes("</script><script>globalThis.owned = 1</script>"),
    bidi: /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(text),
    loaded: performance.getEntriesByType("resource").length,
    place: location.protocol,
  };
}
