// Applies the chosen theme before anything is drawn.
try {
  const choice = localStorage.getItem("cometchat-users-demo:theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // Without storage, the system's choice holds.
}
