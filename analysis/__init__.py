"""WHAT IS COMPUTED from plain rows: scikit-learn on texts, OR-Tools on rosters. Knows rules, no store and no screen."""
