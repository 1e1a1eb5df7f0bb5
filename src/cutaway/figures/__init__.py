"""A table plus a figure header becomes a Vega-Lite spec, an SVG, a fragment of HTML, or a whole report.

Import from the files: `vega.draw`, `inline.Chart`, `report.report_html`. Nothing is loaded here, because pandas
and Altair take a second that most commands do not need.
"""
