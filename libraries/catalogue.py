"""All libraries in use: the bundled ones and, beside them, the user's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from libraries.errors import LibraryError
from libraries.schema import did_you_mean
from libraries.species import CoreLevel, Interference, Library, NamedModel, Source, Species


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Libraries in the order of precedence: what a later one holds replaces an earlier one's."""

    libraries: tuple[Library, ...]
    sources: Mapping[str, Source]

    def regions(self) -> tuple[str, ...]:
        """Every region there is a library for."""
        return tuple(dict.fromkeys(library.region for library in self.libraries))

    def species(self, region: str) -> tuple[Species, ...]:
        """The species of a region."""
        found = {species.id: species for library in self._of(region) for species in library.species}
        return tuple(found.values())

    def find_species(self, region: str, species_id: str) -> tuple[Library, Species]:
        """A species by its id, with the library it stands in."""
        for library in reversed(self._of(region)):
            for species in library.species:
                if species.id == species_id:
                    return library, species
        known = [species.id for species in self.species(region)]
        raise LibraryError(
            f"There is no species {species_id!r} for {region}. {did_you_mean(species_id, known)}"
        )

    def models(self, region: str | None = None) -> tuple[NamedModel, ...]:
        """The named models of a region, or of all; the empty one of each region last."""
        libraries = self.libraries if region is None else self._of(region)
        named = {model.name: model for library in libraries for model in library.models}
        templates = {model.region: model for model in named.values()}
        templates |= {model.region: model for model in named.values() if model.is_default}
        empty = {
            name: model
            for model in map(_make_empty, templates.values())
            if (name := model.name) not in named
        }
        return (*named.values(), *empty.values())

    def model(self, name: str) -> NamedModel:
        """A named model."""
        for model in self.models():
            if model.name == name:
                return model
        names = [model.name for model in self.models()]
        raise LibraryError(f"There is no model {name!r}. {did_you_mean(name, names)}")

    def default_model(self, region: str) -> NamedModel:
        """The model of a region where the user names none."""
        defaults = [model for model in self.models(region) if model.is_default]
        if not defaults:
            names = ", ".join(model.name for model in self.models(region)) or "none"
            raise LibraryError(
                f"No library has a default model for {region}; its models: {names}. "
                "A [[model]] with default = true in a library of your own can be it."
            )
        return defaults[-1]

    def core_level(self, region: str) -> CoreLevel | None:
        """The spin-orbit constants of a region; ``None`` for a single line or a Raman spectrum."""
        constants = [library.core_level for library in self._of(region) if library.core_level]
        return constants[-1] if constants else None

    def interferences(self, region: str) -> tuple[Interference, ...]:
        """Lines of other elements where a region is measured."""
        return tuple(line for library in self._of(region) for line in library.interferences)

    def source(self, key: str) -> Source:
        """A source by its key."""
        if key not in self.sources:
            raise LibraryError(f"There is no source {key!r}. {did_you_mean(key, self.sources)}")
        return self.sources[key]

    def with_library(self, library: Library) -> "Catalogue":
        """The catalogue with one more library, which takes precedence."""
        return Catalogue((*self.libraries, library), {**self.sources, **library.sources})

    def _of(self, region: str) -> Sequence[Library]:
        found = [library for library in self.libraries if library.region == region]
        if not found:
            raise LibraryError(
                f"There is no library for {region!r}. There are libraries for: "
                f"{', '.join(self.regions())}. A library file of your own can add one."
            )
        return found


def _make_empty(template: NamedModel) -> NamedModel:
    """A model without peaks, for those that an analyst puts in: like another of its region."""
    return replace(
        template,
        name=f"empty {template.region}",
        species=(),
        width_groups=(),
        ties=(),
        is_default=False,
        note="No peaks: put in your own.",
    )
