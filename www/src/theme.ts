// Light or dark: the system's choice unless the person makes one. A script in the page's head sets a
// choice before anything is drawn (public/theme.js).

const STORED = "cometchat-users-demo:theme";
const CHOICES = ["system", "light", "dark"] as const;
type Choice = (typeof CHOICES)[number];

/** Makes a button go through the choices. */
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
      // It holds for this visit.
    }
    show();
  });
  show();
}
