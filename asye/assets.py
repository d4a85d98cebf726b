"""Prepares the design system's files and the fonts of certificates from node_modules into var/assets.

Nothing third-party is committed. What belongs to GOV.UK alone is left behind: the crown, the crest, the favicon
and the fonts. The standard library only: this runs before anything is installed.
"""

import hashlib
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

STYLES = "govuk-frontend/dist/govuk/govuk-frontend.min.css"
SCRIPT = "govuk-frontend/dist/govuk/govuk-frontend.min.js"
FAMILIES = {"public-sans": (400, 700), "source-serif-4": (400, 600)}
FONTS = tuple(
    f"@fontsource/{family}/files/{family}-{subset}-{weight}-normal.woff2"
    for family, weights in FAMILIES.items()
    for subset in ("latin", "latin-ext")
    for weight in weights
)

FONT_FACE = re.compile(r"(/\*![^*]*GDS[^*]*\*/|/\*![^*]*exclusive use on gov\.uk[^*]*\*/)?@font-face\{[^}]*\}")
CREST_RULE = re.compile(r"[^{};]*\{[^{}]*govuk-crest[^{}]*\}|\.govuk-footer__crown\{[^{}]*\}")
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*")
ABSOLUTE_ADDRESS = re.compile(r"url\((['\"]?)/assets/")


class AssetsFailed(RuntimeError):
    """A file of node_modules is missing or is not what this step expects; the sentence names it."""


def unbranded(css: str) -> str:
    """The design system's style sheet without GOV.UK's own fonts and crest, with addresses relative to itself."""
    css = FONT_FACE.sub("", css)
    css = css.replace("GDS Transport,", "").replace('"GDS Transport",', "")
    css = CREST_RULE.sub("", css)
    css = SOURCE_MAP.sub("", css)
    return ABSOLUTE_ADDRESS.sub(r"url(\1assets/", css)


def prepare(modules: Path, assets: Path) -> bool:
    """Writes govuk/ and fonts/ under `assets`; False when they were already made from the same files."""
    sources = [modules / name for name in (STYLES, SCRIPT, *FONTS)]
    missing = [path for path in sources if not path.exists()]
    if missing:
        raise AssetsFailed(f"{missing[0]} is missing. Run `npm ci --ignore-scripts` and try again.")
    stamp = assets.parent / "assets.stamp"
    wanted = _digest([Path(__file__), *sources])
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    styles = unbranded((modules / STYLES).read_text())
    for banned in ("GDS Transport", "@font-face", "govuk-crest", "crown", "/assets/", "sourceMappingURL"):
        if banned in styles:
            raise AssetsFailed(f"{STYLES} still holds {banned!r}: the step that prepares it does not fit this version.")
    shutil.rmtree(assets, ignore_errors=True)
    (assets / "govuk").mkdir(parents=True)
    (assets / "fonts").mkdir()
    (assets / "govuk" / Path(STYLES).name).write_text(styles)
    (assets / "govuk" / Path(SCRIPT).name).write_text(SOURCE_MAP.sub("", (modules / SCRIPT).read_text()))
    for name in FONTS:
        shutil.copyfile(modules / name, assets / "fonts" / Path(name).name)
    for family in FAMILIES:  # the Open Font License goes wherever the fonts go
        shutil.copyfile(modules / "@fontsource" / family / "LICENSE", assets / "fonts" / f"{family}-licence.txt")
    stamp.write_text(wanted)
    return True


def static_state(root: Path = ROOT) -> str:
    """A hash that changes when any static file of the project, or any package that brings some, changes."""
    files = [*root.glob("*/static/**/*"), *root.glob("*/*/static/**/*"), *(root / "var" / "assets").rglob("*")]
    ours = sorted(path for path in files if path.is_file() and "node_modules" not in path.parts)
    return _digest([root / "asye" / "settings.py", *(root / "requirements").glob("*.txt"), *ours])


def static_is_current(root: Path = ROOT) -> bool:
    """Whether var/static was collected from the files of now."""
    stamp = root / "var" / "static.stamp"
    manifest = root / "var" / "static" / "staticfiles.json"
    return manifest.exists() and stamp.exists() and stamp.read_text() == static_state(root)


def mark_static_current(state: str, root: Path = ROOT) -> None:
    """Notes that var/static was collected; `state` is static_state() from before the collecting began."""
    (root / "var" / "static.stamp").write_text(state)


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        prepare(ROOT / "node_modules", ROOT / "var" / "assets")
    except AssetsFailed as failure:
        sys.exit(str(failure))
