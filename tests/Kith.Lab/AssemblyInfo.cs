// Scenarios measure time and share two cores: one after another, unless a class names a collection of its own.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
