"""Charts as SVG, drawn by the server: each with a title, a description, and its table twin.

Colours come from the stylesheet by class, so that a chart is light, dark or printed as the page is.
No value is told by colour alone: each bar bears its number, and each mark its name or shape. All
words are the caller's, in the reader's language; what does not fit is shortened, and whole in the
table.
"""

from sepakat.desk.charts.axes import Axis, Step
from sepakat.desk.charts.bars import Bars, grouped_bars
from sepakat.desk.charts.bubbles import Bubble, bubbles
from sepakat.desk.charts.curves import Curve, s_curve
from sepakat.desk.charts.drawing import Figure
from sepakat.desk.charts.gantt import GanttWords, gantt
from sepakat.desk.charts.heat import Cell, HeatRow, heat_map
from sepakat.desk.charts.levels import Track, levels
from sepakat.desk.charts.scatter import Frontier, Quadrant, Target, scatter
from sepakat.desk.charts.strip import Mark, strip
from sepakat.desk.charts.tornado import tornado
from sepakat.desk.charts.window import MAX_ROWS, Activity, Order, Window, window

__all__ = [
    "MAX_ROWS",
    "Activity",
    "Axis",
    "Bars",
    "Bubble",
    "Cell",
    "Curve",
    "Figure",
    "Frontier",
    "GanttWords",
    "HeatRow",
    "Mark",
    "Order",
    "Quadrant",
    "Step",
    "Target",
    "Track",
    "Window",
    "bubbles",
    "gantt",
    "grouped_bars",
    "heat_map",
    "levels",
    "s_curve",
    "scatter",
    "strip",
    "tornado",
    "window",
]
