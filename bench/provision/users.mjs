// A table of made-up users.

/** A CSV with some of each kind of field. */
export function csv(count) {
  const lines = ["uid,name,avatar,role,tags,metadata"];
  for (let index = 0; index < count; index++) {
    const picture = `https://example.com/${index}.png`;
    const metadata = `"{""team"":""team ${index % 7}""}"`;
    lines.push(
      `user-${index},"User ${index}, the ${index}th",${picture},default,"a,b",${metadata}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
