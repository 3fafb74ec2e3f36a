// Sets the theme that the person chose before anything is drawn.
try {
  const choice = localStorage.getItem("cometchat-users-demo:theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // Nothing is kept here: the system's choice holds.
}
