// Scenarios measure time and share two cores: one after another. Those that mostly wait (LabSettings.Patient) are a second row beside them.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
