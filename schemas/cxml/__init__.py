"""cXML: orders out, answers in, and the project's own RELAX NG for both (jaggaer-cxml.md, 5, 6.1 and appendix)."""
