// Light or dark: the system's choice unless the person makes one. public/theme.js applies a stored choice
// before anything is drawn.

const STORED = "cometchat-users-demo:theme";

export function theme(choice: HTMLSelectElement): void {
  const { dataset } = document.documentElement;
  choice.value = dataset.theme ?? "system";
  choice.addEventListener("change", () => {
    if (choice.value === "system") delete dataset.theme;
    else dataset.theme = choice.value;
    try {
      localStorage.setItem(STORED, choice.value);
    } catch {
      // Without storage, the choice holds for this visit.
    }
  });
}
