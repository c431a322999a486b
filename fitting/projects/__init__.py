"""What an analyst has open, as frozen values: recipes, analyses, and changes to them."""
