"""Charts: a Vega-Lite specification drawn as SVG on the server, kept in memory, always with its table."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cepage.fondations.socle.composants.tableau import Tableau

ENCRE = "#161616"
PALETTE = ("#000091", "#c9191e", "#18753c", "#b34000", "#6e445a", "#3a3a3a")
CONFIGURATION: dict[str, Any] = {
    "background": "transparent",
    "font": "Marianne, Arial, sans-serif",
    "view": {"stroke": None},
    "range": {"category": list(PALETTE)},
    "mark": {"color": PALETTE[0]},
    "axis": {
        "labelColor": ENCRE,
        "titleColor": ENCRE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": "#ddd",
    },
    "axisX": {"labelAngle": 0, "labelOverlap": True},
    "legend": {"labelColor": ENCRE, "titleColor": ENCRE, "labelFontSize": 12, "titleFontSize": 12},
    "text": {"color": ENCRE, "fontSize": 12},
}


@dataclass(frozen=True)
class Graphique:
    """A chart that answers `question`; `resume` says its answer in one sentence, for those who do not see it.

    `specification` is a Vega-Lite dict or an Altair chart; `tableau` holds the same values. Below stand
    `definition`, `date` (as known on, in words), `base` (who is counted) and `reserve` (hypothèse, provisoire…).
    """

    question: str
    specification: Any
    tableau: Tableau
    resume: str
    definition: str = ""
    date: str = ""
    base: str = ""
    reserve: str = ""

    @property
    def svg(self) -> SafeString:
        """The drawing, safe to write in the page."""
        specification = self.specification
        if not isinstance(specification, dict):
            specification = specification.to_dict()
        return mark_safe(_dessiner(json.dumps(specification, sort_keys=True, default=str)))  # noqa: S308


@lru_cache(maxsize=256)
def _dessiner(specification: str) -> str:
    """The SVG of a specification; no script, no inline style, not read aloud (the table is)."""
    import vl_convert

    contenu = json.loads(specification)
    contenu["config"] = {**CONFIGURATION, **contenu.get("config", {})}
    svg: str = vl_convert.vegalite_to_svg(contenu, format_locale="fr-FR", time_format_locale="fr-FR")
    svg = re.sub(r"<script\b.*?</script>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:role|aria-[a-z]+|on[a-z]+|style)="[^"]*"', "", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
