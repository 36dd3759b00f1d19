/** Checks the URLs in fields for audio and video (API 8). */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  audio_url: [".aac", ".m4a", ".mp3", ".wav"],
  video_url: [".mp4", ".webm", ".mov"],
};

/** Whether fields of this type are checked. */
export function isMedia(type: string): boolean {
  return Object.hasOwn(ENDINGS, type);
}

/** @returns what is wrong with a value of a field of this type, or undefined. A blank value is allowed. */
export function mediaDefect(type: string, value: unknown): string | undefined {
  const endings = ENDINGS[type];
  if (endings === undefined) return undefined;
  if (typeof value !== "string") return "is not text";
  if (value.trim() === "") return undefined;
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined;
  if (!url?.host) return "is not an absolute URL";
  const path = url.pathname.toLowerCase();
  return endings.some((ending) => path.endsWith(ending))
    ? undefined
    : `is a URL whose path does not end in ${endings.join(", ")}`;
}
