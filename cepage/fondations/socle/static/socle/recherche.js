// The "/" key leads to the search field, except where it is being typed.
document.addEventListener("keydown", (evenement) => {
  const champ = document.querySelector("[data-raccourci]");
  const ailleurs = evenement.target.closest?.("input, textarea, select, [contenteditable]");
  if (!champ || ailleurs || evenement.key !== "/" || evenement.ctrlKey || evenement.altKey || evenement.metaKey) return;
  evenement.preventDefault();
  champ.focus();
});
