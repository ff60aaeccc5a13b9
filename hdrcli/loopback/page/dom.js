// Elements, made without markup: text from servers stays text.

/**
 * An element with properties and children.
 * `class`, `for`, `role`, `data-*` and `aria-*` are attributes, functions are listeners, all others are properties.
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (/^(class|for|role|data-|aria-)/.test(name)) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Replace all children of an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
}

/** Text that only screen readers present. */
export const spoken = (text) => el("span", { class: "spoken" }, text);
