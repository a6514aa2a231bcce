"""The pages of the documentation site, as Markdown: those of ``docs/``, and those that are made from the program.

``mkdocs.yml`` builds them, through ``docs/site/hook.py``; ``python -m listlint.dev site FOLDER`` writes them down.
"""
