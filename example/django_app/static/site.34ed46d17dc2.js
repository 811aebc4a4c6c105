// How many characters are left, beneath every text area that has a limit.
for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const counter = document.createElement("output");
  counter.htmlFor = area.id;
  const count = () => {
    counter.value = `${area.maxLength - area.value.length} characters left`;
  };
  area.addEventListener("input", count);
  area.after(counter);
  count();
}
