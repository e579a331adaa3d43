"""A person in front of Flower, played by a headless chromium: looks at its pages, presses its buttons. See `lines`.

    python flower_browser.py URL

URL is Flower's. If something is not as it should be, a picture of the page is left in the folder for temporary files.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from typing import Any, TypeVar

from selenium.common.exceptions import NoSuchElementException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from lines import serve

JSON = Any
Row = dict[str, str]
Value = TypeVar("Value")

# Seconds until a page shows what it should.
PATIENCE = 20

# The texts of a table by the headings of its columns, all read at once: a page that renews itself takes cells away.
# Headings by what is written there: the style sheet changes their case, or shows a copy of them in another table.
ROWS = """
    const headings = [...arguments[0].querySelectorAll('thead th')].map(cell => cell.textContent.trim());
    return [...arguments[0].querySelectorAll('tbody tr')].map(row =>
        Object.fromEntries([...row.cells].map((cell, index) => [headings[index] ?? index, cell.innerText.trim()])));
"""
# The figures above the workers.
TOTALS = """
    return Object.fromEntries([...document.querySelectorAll('.metric-card')].map(card =>
        [...card.children].map(line => line.textContent.trim())));
"""
# The names and values of a list of details.
DETAILS = """
    return Object.fromEntries([...document.querySelectorAll('.detail-row')].map(row => {
        const value = row.querySelector('dd');
        // Without the buttons for copying.
        return [row.querySelector('dt').textContent.trim(), (value.querySelector('code') ?? value).innerText.trim()];
    }));
"""


class FlowerBrowser:
    """One window."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        options = ChromeOptions()
        options.binary_location = program("chromium")
        # The sandbox wants privileges that a container does not give; what is shown is our own.
        for argument in ["headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "window-size=1600,1400"]:
            options.add_argument(f"--{argument}")
        # With a driver given, selenium looks for none in the network.
        self._driver = Chrome(options=options, service=ChromeService(program("chromedriver")))

    def end(self) -> None:
        self._driver.quit()

    # Looking

    def workers(self, command: dict[str, JSON]) -> dict[str, JSON]:
        """The page with all workers, as soon as it has a row for `worker`, with `status` if that is given."""
        self._open("/workers")
        rows = self._when(lambda: self._workers(command["worker"], command.get("status")), "the worker is listed")
        return {"rows": rows, "totals": self._driver.execute_script(TOTALS)}

    def worker(self, command: dict[str, JSON]) -> dict[str, JSON]:
        """The page of `worker`: the rows of each table, by its caption; of all tabs, or of one `tab`."""
        self._open(f"/worker/{command['worker']}")
        if self._driver.find_elements(By.CSS_SELECTOR, ".worker-tabs") == []:
            return {"missing": self._driver.find_element(By.TAG_NAME, "body").text}
        tables: dict[str, JSON] = {}
        labels = [tab.text for tab in self._driver.find_elements(By.CSS_SELECTOR, ".worker-tabs-nav .nav-link")]
        for label in [command["tab"]] if "tab" in command else labels:
            for table in self._tab(label).find_elements(By.TAG_NAME, "table"):
                caption = table.find_element(By.TAG_NAME, "caption").get_attribute("textContent").strip()
                tables[caption] = self._rows(table)
        return {"name": self._driver.find_element(By.ID, "workername").text, "tables": tables}

    def tasks(self, command: dict[str, JSON]) -> dict[str, JSON]:
        """The page with all tasks, as soon as it shows each of `tasks` (ids) in its state."""
        wanted: dict[str, str] = command["tasks"]

        def shown() -> list[Row] | None:
            self._open("/tasks")
            rows = self._when(self._listed_tasks, "the table is filled")
            # A table without tasks has one row, which says so.
            states = {row["UUID"]: row["State"] for row in rows if "UUID" in row}
            return rows if all(states.get(task) == state for task, state in wanted.items()) else None

        return {"rows": self._when(shown, f"the tasks are listed: {wanted}")}

    def task(self, command: dict[str, JSON]) -> dict[str, JSON]:
        """The page of `task`, as soon as it shows `state`."""

        def shown() -> dict[str, str] | None:
            self._open(f"/task/{command['task']}")
            details: dict[str, str] = self._driver.execute_script(DETAILS)
            return details if details.get("Status") == command["state"] else None

        return {"details": self._when(shown, f"the task is {command['state']}")}

    # Pressing

    def press(self, command: dict[str, JSON]) -> dict[str, JSON]:
        """Opens `page`, there the `tab` or `menu` if there is one, writes into `inputs`, presses `button`.

        Inputs and buttons are named by a CSS selector. Answers with what Flower says then.
        """
        self._open(command["page"])
        if "tab" in command:
            self._tab(command["tab"])
        if "menu" in command:
            self._element(command["menu"]).click()
        for selector, text in command.get("inputs", {}).items():
            field = self._element(selector)
            field.clear()
            field.send_keys(str(text))
        button = self._element(command["button"])
        # Under the middle nothing is laid over the page.
        self._driver.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button)
        button.click()
        toast = self._when(lambda: self._toast(), "Flower says something")
        succeeded = "text-bg-success" in (toast.get_attribute("class") or "")
        return {"said": toast.text, "succeeded": succeeded}

    # How

    def _open(self, path: str) -> None:
        self._driver.get(f"{self._url}{path}")

    def _when(self, look: Callable[[], Value | None], what: str) -> Value:
        return WebDriverWait(self._driver, PATIENCE).until(lambda _: look(), f"not within {PATIENCE} s: {what}")

    def _element(self, selector: str) -> WebElement:
        def find() -> WebElement | None:
            try:
                element = self._driver.find_element(By.CSS_SELECTOR, selector)
            except NoSuchElementException:
                return None
            return element if element.is_displayed() and element.is_enabled() else None

        return self._when(find, f"there is {selector}")

    def _tab(self, label: str) -> WebElement:
        """Brings a tab to the front, and returns what is on it."""
        tab = self._driver.find_element(By.XPATH, f"//a[@data-bs-toggle='tab'][normalize-space()='{label}']")
        tab.click()
        pane = tab.get_attribute("data-bs-target")
        return self._element(f"{pane}.active.show")

    def _rows(self, table: WebElement) -> list[Row]:
        return self._driver.execute_script(ROWS, table)

    def _workers(self, name: str, status: str | None) -> list[Row] | None:
        rows = self._rows(self._driver.find_element(By.ID, "workers-table"))
        found = [row for row in rows if row.get("Worker") == name]
        return rows if found and status in (None, found[0]["Status"]) else None

    def _listed_tasks(self) -> list[Row] | None:
        return self._rows(self._driver.find_element(By.ID, "tasks-table")) or None

    def _toast(self) -> WebElement | None:
        toasts = self._driver.find_elements(By.CSS_SELECTOR, "#toast-container .toast")
        return toasts[0] if toasts and toasts[0].text else None

    def pictured(self, operation: Callable[[dict[str, JSON]], dict[str, JSON]]):
        """The same operation; when it fails, a picture says how the page looked."""

        def run(command: dict[str, JSON]) -> dict[str, JSON]:
            try:
                return operation(command)
            except Exception as error:
                with tempfile.NamedTemporaryFile(prefix="flower-", suffix=".png", delete=False) as file:
                    file.write(self._driver.get_screenshot_as_png())
                error.add_note(f"the page looked like {file.name}")
                raise

        run.__name__ = operation.__name__
        return run


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"there is no {name}: run scripts/setup")
    return path


def main(url: str) -> None:
    browser = FlowerBrowser(url)
    operations = [browser.workers, browser.worker, browser.tasks, browser.task, browser.press]
    # One window, one thing at a time.
    serve(map(browser.pictured, operations), threads=1, end=browser.end)


if __name__ == "__main__":
    main(sys.argv[1])
