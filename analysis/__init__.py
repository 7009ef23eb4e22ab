"""WHAT TEXTS TELL: scikit-learn over plain rows. Knows rules, no store and no screen."""
