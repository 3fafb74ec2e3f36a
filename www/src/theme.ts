// Light or dark: the system's choice unless the person makes one. public/theme.js applies a stored choice
// before anything is drawn.

const STORED = "cometchat-users-demo:theme";
const CHOICES = ["system", "light", "dark"] as const;
type Choice = (typeof CHOICES)[number];

/** Makes a button cycle through the choices. */
export function theme(button: HTMLButtonElement): void {
  let choice = (document.documentElement.dataset.theme ?? "system") as Choice;
  const show = () => {
    button.textContent = `◐ ${choice}`;
    button.ariaLabel = `Theme: ${choice}`;
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  };
  button.addEventListener("click", () => {
    choice = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "system";
    try {
      localStorage.setItem(STORED, choice);
    } catch {
      // Without storage, the choice holds for this visit.
    }
    show();
  });
  show();
}
