"""Draw `screenshots/*.svg` anew, from the running demo: `python -m tests.screenshots`."""

import asyncio

from tests.screenshots.pictures import FOLDER, draw_pictures

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in asyncio.run(draw_pictures()).items():
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
